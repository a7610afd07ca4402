// What the values of a table must be together, and what the files say that it names. Used by
// config_reader only.
#pragma once

#include "component/config_section.hpp"

namespace component {

void apply_rules(XmppConfig& xmpp, ConfigSection& section, const ConfigFiles& files);
void apply_rules(HttpConfig& http, ConfigSection& section, const ConfigFiles& files);
void apply_rules(LinksConfig& links, ConfigSection& section, const ConfigFiles& files);
void apply_rules(SourceConfig& source, ConfigSection& section, const ConfigFiles& files);
void apply_rules(AccountConfig& account, ConfigSection& section, const ConfigFiles& files);

}  // namespace component
