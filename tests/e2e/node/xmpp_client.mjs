// A subscriber on @xmpp/client (xmpp.js) over TCP; its commands are those of tests/e2e/foreign.py.
import { client, xml } from "@xmpp/client";

import { NS, Refused, account, say, serve } from "./lines.mjs";

const xmpp = client({
  service: `xmpp://${account.host}:${account.port}`,
  domain: account.domain,
  username: account.user,
  password: account.password,
});

async function request(send, to, child) {
  try {
    return await send(child, to);
  } catch (error) {
    if (error.name !== "StanzaError") throw error;
    throw new Refused(error.type, error.condition);
  }
}
const { iqCaller } = xmpp;
const get = (to, child) => request((element, at) => iqCaller.get(element, at), to, child);
const set = (to, child) => request((element, at) => iqCaller.set(element, at), to, child);

function payload(item) {
  const [element] = item.getChildElements();
  const headers = element.getChildElements().find((child) => child.getName() === "headers");
  const subject = headers?.getChildElements().find((header) => header.attrs.name === "Subject");
  return { id: item.attrs.id, name: element.getName(), subject: subject?.text(), messages: element.attrs.messages };
}

xmpp.on("stanza", (stanza) => {
  const items = stanza.is("message") && stanza.getChild("event", NS.event)?.getChild("items");
  for (const item of items ? items.getChildren("item") : []) {
    say({ note: { from: stanza.attrs.from, node: items.attrs.node, ...payload(item) } });
  }
});

const page = ({ max, after }) => xml("set", { xmlns: NS.rsm }, xml("max", {}, String(max)), after && xml("after", {}, after));

const commands = {
  async nodes({ to, node }) {
    const query = await get(to, xml("query", { xmlns: NS.items, node }));
    return query.getChildren("item").map((item) => item.attrs.node);
  },
  async info({ to, node }) {
    const query = await get(to, xml("query", { xmlns: NS.info, node }));
    return {
      identities: query.getChildren("identity").map(({ attrs }) => `${attrs.category}/${attrs.type}`),
      features: query.getChildren("feature").map(({ attrs }) => attrs.var),
    };
  },
  async subscribe({ to, node }) {
    const ask = xml("subscribe", { node, jid: account.jid });
    const answer = await set(to, xml("pubsub", { xmlns: NS.pubsub }, ask));
    return answer.getChild("subscription").attrs.subscription;
  },
  async unsubscribe({ to, node }) {
    await set(to, xml("pubsub", { xmlns: NS.pubsub }, xml("unsubscribe", { node, jid: account.jid })));
    return true;
  },
  async items({ to, node, ...rest }) {
    const answer = await get(to, xml("pubsub", { xmlns: NS.pubsub }, xml("items", { node }), page(rest)));
    const set = answer.getChild("set", NS.rsm);
    return {
      items: answer.getChild("items").getChildren("item").map(payload),
      count: Number(set.getChildText("count")),
      last: set.getChildText("last"),
    };
  },
};

xmpp.on("error", (error) => {
  console.error(error);
  process.exit(1);
});
await xmpp.start();
await xmpp.send(xml("presence"));
await serve(commands);
await xmpp.stop();
