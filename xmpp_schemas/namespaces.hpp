// Every XML namespace this project speaks, grouped by specification in number order.
#pragma once

#include <string_view>

namespace xmpp_schemas::ns {

// RFC 6120
inline constexpr std::string_view stanzas = "urn:ietf:params:xml:ns:xmpp-stanzas";
inline constexpr std::string_view streams = "urn:ietf:params:xml:ns:xmpp-streams";
inline constexpr std::string_view client = "jabber:client";
// XEP-0004
inline constexpr std::string_view data_forms = "jabber:x:data";
// XEP-0012
inline constexpr std::string_view last_activity = "jabber:iq:last";
// XEP-0030
inline constexpr std::string_view disco_info = "http://jabber.org/protocol/disco#info";
inline constexpr std::string_view disco_items = "http://jabber.org/protocol/disco#items";
// XEP-0050
inline constexpr std::string_view commands = "http://jabber.org/protocol/commands";
// XEP-0054
inline constexpr std::string_view vcard = "vcard-temp";
// XEP-0059
inline constexpr std::string_view rsm = "http://jabber.org/protocol/rsm";
// XEP-0060
inline constexpr std::string_view pubsub = "http://jabber.org/protocol/pubsub";
inline constexpr std::string_view pubsub_errors = "http://jabber.org/protocol/pubsub#errors";
inline constexpr std::string_view pubsub_event = "http://jabber.org/protocol/pubsub#event";
inline constexpr std::string_view pubsub_owner = "http://jabber.org/protocol/pubsub#owner";
inline constexpr std::string_view pubsub_get_pending =
    "http://jabber.org/protocol/pubsub#get-pending";
inline constexpr std::string_view pubsub_meta_data = "http://jabber.org/protocol/pubsub#meta-data";
inline constexpr std::string_view pubsub_node_config =
    "http://jabber.org/protocol/pubsub#node_config";
inline constexpr std::string_view pubsub_subscribe_authorization =
    "http://jabber.org/protocol/pubsub#subscribe_authorization";
inline constexpr std::string_view pubsub_subscribe_options =
    "http://jabber.org/protocol/pubsub#subscribe_options";
// XEP-0092
inline constexpr std::string_view version = "jabber:iq:version";
// XEP-0114
inline constexpr std::string_view component_accept = "jabber:component:accept";
// XEP-0115
inline constexpr std::string_view caps = "http://jabber.org/protocol/caps";
// XEP-0122
inline constexpr std::string_view data_validate = "http://jabber.org/protocol/xdata-validate";
// XEP-0131
inline constexpr std::string_view shim = "http://jabber.org/protocol/shim";
inline constexpr std::string_view shim_collection = "http://jabber.org/protocol/shim#Collection";
inline constexpr std::string_view shim_subid = "http://jabber.org/protocol/shim#SubID";
// XEP-0153
inline constexpr std::string_view vcard_update = "vcard-temp:x:update";
// XEP-0199
inline constexpr std::string_view ping = "urn:xmpp:ping";
// XEP-0203
inline constexpr std::string_view delay = "urn:xmpp:delay";
// XEP-0297
inline constexpr std::string_view forward = "urn:xmpp:forward:0";
// XEP-0312
inline constexpr std::string_view ago = "urn:xmpp:ago:0";
// XEP-0313
inline constexpr std::string_view mam = "urn:xmpp:mam:2";
inline constexpr std::string_view mam_extended = "urn:xmpp:mam:2#extended";
// XEP-0413
inline constexpr std::string_view order_by = "urn:xmpp:order-by:1";
// Ours, in the manner of a XEP
inline constexpr std::string_view message_store = "urn:xmpp:message-store:0";
// Fields of other specifications' forms, XEP-0068 §3.3
inline constexpr std::string_view disclosure_field = "{urn:xmpp:message-store:0}disclosure";
inline constexpr std::string_view heartbeat_field = "{urn:xmpp:message-store:0}heartbeat";
inline constexpr std::string_view notification_type_field =
    "{urn:xmpp:message-store:0}notification_type";
inline constexpr std::string_view presence_authorization =
    "urn:xmpp:message-store:0#presence_authorization";
inline constexpr std::string_view message_store_vendor = "urn:xmpp:message-store:vnd:0";

}  // namespace xmpp_schemas::ns
