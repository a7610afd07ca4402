// The forms in which stores write an event as JSON, told apart by their keys. Each reads one
// object; what it does not know it leaves.
#pragma once

#include <boost/json/object.hpp>

#include "sources/push/json_fields.hpp"
#include "sources/push/push_dialect.hpp"
#include "sources/push/told.hpp"

namespace sources::push {

/// RFC 5423 names with `event`, Cyrus' own among them (rfc5423_form.cpp).
void read_rfc5423(JsonFields& fields, const PushDialect& dialect, Reading& reading);
/// Dovecot's Lua driver: `name`, `mailbox` (dovecot_lua_form.cpp).
void read_dovecot_lua(JsonFields& fields, const PushDialect& dialect, Reading& reading);
/// Dovecot's event_exporter: `event`, `fields` (dovecot_export_form.cpp).
void read_dovecot_export(JsonFields& fields, const PushDialect& dialect, Reading& reading);
/// Dovecot's OX driver: `event`, `folder` (dovecot_ox_form.cpp).
void read_dovecot_ox(JsonFields& fields, const PushDialect& dialect, Reading& reading);

}  // namespace sources::push
