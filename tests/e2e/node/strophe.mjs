// A subscriber on strophe.js over WebSocket (RFC 7395); its commands are those of tests/e2e/foreign.py.
import { $iq, $pres, Strophe } from "strophe.js";

import { NS, Refused, account, say, serve } from "./lines.mjs";

const connection = new Strophe.Connection(`ws://${account.host}:${account.port}/xmpp-websocket`);

function all(element, name) {
  return Array.from(element?.childNodes ?? []).filter((child) => child.nodeType === 1 && (!name || child.localName === name));
}
const first = (element, name) => all(element, name)[0];
const attribute = (name) => (element) => element.getAttribute(name);

function refusal(answer) {
  if (answer === null) return new Error("no answer within 15 s");
  const error = first(answer, "error");
  return new Refused(error.getAttribute("type"), all(error).find((child) => child.namespaceURI === NS.stanzas).localName);
}

function request(type, to, build) {
  const iq = build($iq({ type, to, id: connection.getUniqueId() }));
  return new Promise((resolve, reject) => connection.sendIQ(iq, resolve, (answer) => reject(refusal(answer)), 15000));
}

function payload(item) {
  const element = first(item);
  const subject = all(first(element, "headers"), "header").find((header) => header.getAttribute("name") === "Subject");
  return {
    id: item.getAttribute("id"),
    name: element.localName,
    subject: subject?.textContent,
    messages: element.getAttribute("messages"),
  };
}

function onMessage(message) {
  const items = first(first(message, "event"), "items");
  for (const item of all(items, "item")) {
    say({ note: { from: message.getAttribute("from"), node: items.getAttribute("node"), ...payload(item) } });
  }
  return true; // keep the handler
}

function page(builder, { max, after }) {
  builder.c("set", { xmlns: NS.rsm }).c("max").t(String(max)).up();
  return after ? builder.c("after").t(after) : builder;
}

const query = (xmlns, node) => (iq) => iq.c("query", node ? { xmlns, node } : { xmlns });
const pubsub = (name, attributes) => (iq) => iq.c("pubsub", { xmlns: NS.pubsub }).c(name, attributes);

const commands = {
  async nodes({ to, node }) {
    const answer = await request("get", to, query(NS.items, node));
    return all(first(answer, "query"), "item").map(attribute("node"));
  },
  async info({ to, node }) {
    const answer = first(await request("get", to, query(NS.info, node)), "query");
    return {
      identities: all(answer, "identity").map((i) => `${i.getAttribute("category")}/${i.getAttribute("type")}`),
      features: all(answer, "feature").map(attribute("var")),
    };
  },
  async subscribe({ to, node }) {
    const answer = await request("set", to, pubsub("subscribe", { node, jid: account.jid }));
    return first(first(answer, "pubsub"), "subscription").getAttribute("subscription");
  },
  async unsubscribe({ to, node }) {
    await request("set", to, pubsub("unsubscribe", { node, jid: account.jid }));
    return true;
  },
  async items({ to, node, ...rest }) {
    const answer = first(await request("get", to, (iq) => page(pubsub("items", { node })(iq).up(), rest)), "pubsub");
    const set = first(answer, "set");
    return {
      items: all(first(answer, "items"), "item").map(payload),
      count: Number(first(set, "count").textContent),
      last: first(set, "last").textContent,
    };
  },
};

await new Promise((resolve, reject) => {
  connection.connect(account.jid, account.password, (status, why) => {
    if (status === Strophe.Status.CONNECTED) resolve();
    if ([Strophe.Status.CONNFAIL, Strophe.Status.AUTHFAIL, Strophe.Status.ERROR].includes(status)) {
      reject(new Error(`${account.jid}: status ${status} ${why ?? ""}`));
    }
  });
});
connection.addHandler(onMessage, null, "message");
connection.send($pres().tree());
await serve(commands);
connection.disconnect("done");
process.exit(0);
