// The node side of tests/e2e/foreign.py: a command per line on stdin, an answer or a notification per line on stdout.
import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

globalThis.crypto ??= webcrypto; // @xmpp/client expects it; node 18 does not have it by itself
console.log = console.info = console.debug = console.warn = console.error; // stdout is for lines alone

export const NS = {
  client: "jabber:client",
  info: "http://jabber.org/protocol/disco#info",
  items: "http://jabber.org/protocol/disco#items",
  pubsub: "http://jabber.org/protocol/pubsub",
  event: "http://jabber.org/protocol/pubsub#event",
  rsm: "http://jabber.org/protocol/rsm",
  stanzas: "urn:ietf:params:xml:ns:xmpp-stanzas",
};

export const account = JSON.parse(process.argv[2]);  // jid, user, domain, password, host, port

export function say(line) {
  process.stdout.write(JSON.stringify(line) + "\n");
}

export class Refused extends Error {
  constructor(type, condition) {
    super(`${type} ${condition}`);
    Object.assign(this, { type, condition });
  }
}

// One command after the other; commands: { name: async (arguments) => result }
export async function serve(commands) {
  say({ ready: true });
  for await (const line of createInterface({ input: process.stdin })) {
    const { call, ...rest } = JSON.parse(line);
    try {
      say({ result: await commands[call](rest) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      say({ error: { type: error.type, condition: error.condition } });
    }
  }
}
