// What can be told of a stanza that was not read: its start tag, if the beginning holds all of it.
#pragma once

#include <gloox/tag.h>

#include <memory>
#include <string_view>

namespace component {

/// The element without content; null: the beginning is too short, or no XML.
std::unique_ptr<gloox::Tag> parse_stanza_head(std::string_view head);

}  // namespace component
