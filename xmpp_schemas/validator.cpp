// The only user of libxml2. Parsing takes XML_PARSE_NONET and nothing else: no entity is ever
// substituted, no DTD loaded, no limit lifted. Each validation has contexts of its own, which also
// carry its error handlers.
#include "xmpp_schemas/validator.hpp"

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "xmpp_schemas/embedded_schemas.hpp"

namespace xmpp_schemas {
namespace {

// COMPAT libxml2 before 2.12 hands out errors that are not const
#if LIBXML_VERSION >= 21200
using ErrorPtr = const xmlError*;
#else
using ErrorPtr = xmlErrorPtr;
#endif

template <auto free_function>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using Document = std::unique_ptr<xmlDoc, Free<xmlFreeDoc>>;
using ParserContext = std::unique_ptr<xmlParserCtxt, Free<xmlFreeParserCtxt>>;
using SchemaParser = std::unique_ptr<xmlSchemaParserCtxt, Free<xmlSchemaFreeParserCtxt>>;
using Schema = std::unique_ptr<xmlSchema, Free<xmlSchemaFree>>;
using ValidContext = std::unique_ptr<xmlSchemaValidCtxt, Free<xmlSchemaFreeValidCtxt>>;

void keep_first(std::string& reason, ErrorPtr error) {
  if (!reason.empty() || error == nullptr || error->message == nullptr) return;
  if (error->level == XML_ERR_WARNING) return;  // e.g. that a second import is skipped
  reason = error->message;
  while (!reason.empty() && reason.back() == '\n') reason.pop_back();
}

void on_schema_error(void* reason, ErrorPtr error) {
  keep_first(*static_cast<std::string*>(reason), error);
}

void on_parser_error(void* context, ErrorPtr error) {
  keep_first(*static_cast<std::string*>(static_cast<xmlParserCtxtPtr>(context)->_private), error);
}

const EmbeddedSchema* find_schema(std::string_view path) {
  const auto all = embedded_schemas();
  const auto found = std::ranges::find(all, path, &EmbeddedSchema::path);
  return found == all.end() ? nullptr : &*found;
}

/// By file name, since libxml2 resolves locations before it asks; our names are unique.
const EmbeddedSchema* find_import(std::string_view url) {
  const auto name_of = [](std::string_view path) { return path.substr(path.rfind('/') + 1); };
  for (const auto& schema : embedded_schemas()) {
    if (name_of(schema.path) == name_of(url)) return &schema;
  }
  return nullptr;
}

xmlParserInputPtr load_embedded(const char* url, const char* /*public_id*/,
                                xmlParserCtxtPtr context) {
  const auto* schema = url == nullptr ? nullptr : find_import(url);
  if (schema == nullptr) return nullptr;
  auto* buffer = xmlParserInputBufferCreateMem(
      schema->text.data(), static_cast<int>(schema->text.size()), XML_CHAR_ENCODING_NONE);
  return buffer == nullptr ? nullptr : xmlNewIOInputStream(context, buffer, XML_CHAR_ENCODING_NONE);
}

/// libxml2 has one loader per process for what a schema imports; ours knows the embedded files only
/// and is in place while a schema is compiled, which happens at start.
class EmbeddedFilesOnly {
 public:
  EmbeddedFilesOnly() : before_(xmlGetExternalEntityLoader()) {
    xmlSetExternalEntityLoader(load_embedded);
  }
  ~EmbeddedFilesOnly() { xmlSetExternalEntityLoader(before_); }
  EmbeddedFilesOnly(const EmbeddedFilesOnly&) = delete;
  EmbeddedFilesOnly& operator=(const EmbeddedFilesOnly&) = delete;

 private:
  xmlExternalEntityLoader before_;
};

Schema compile(const EmbeddedSchema& source, std::string& reason) {
  const EmbeddedFilesOnly loader;
  const SchemaParser parser(
      xmlSchemaNewMemParserCtxt(source.text.data(), static_cast<int>(source.text.size())));
  if (!parser) return nullptr;
  xmlSchemaSetParserStructuredErrors(parser.get(), on_schema_error, &reason);
  return Schema(xmlSchemaParse(parser.get()));
}

Document parse(std::string_view xml, std::string& reason) {
  const ParserContext context(xmlNewParserCtxt());
  if (!context) return nullptr;
  context->_private = &reason;
  context->sax->serror = on_parser_error;
  Document document(xmlCtxtReadMemory(context.get(), xml.data(), static_cast<int>(xml.size()),
                                      nullptr, "UTF-8", XML_PARSE_NONET));
  if (context->wellFormed == 0 || context->nsWellFormed == 0) return nullptr;
  return document;
}

}  // namespace

struct Validator::Compiled {
  Schema schema;
};

Validator::Validator(std::string_view schema) : compiled_(std::make_unique<Compiled>()) {
  xmlInitParser();
  const auto* source = find_schema(schema);
  if (source == nullptr) throw std::invalid_argument("no embedded schema " + std::string(schema));
  std::string reason;
  compiled_->schema = compile(*source, reason);
  if (!compiled_->schema || !reason.empty()) {
    throw std::invalid_argument(std::string(schema) + " does not compile: " + reason);
  }
}

Validator::~Validator() = default;
Validator::Validator(Validator&&) noexcept = default;
Validator& Validator::operator=(Validator&&) noexcept = default;

Verdict Validator::validate(std::string_view xml) const {
  Verdict verdict;
  if (xml.size() > max_octets) return {false, "longer than 1 MiB"};
  const auto document = parse(xml, verdict.reason);
  if (!document) {
    if (verdict.reason.empty()) verdict.reason = "not well-formed";
    return verdict;
  }
  // RFC 6120 §11.1: no DTD, internal or external
  if (document->intSubset != nullptr) return {false, "has a document type declaration"};
  const ValidContext context(xmlSchemaNewValidCtxt(compiled_->schema.get()));
  if (!context) return {false, "out of memory"};
  xmlSchemaSetValidStructuredErrors(context.get(), on_schema_error, &verdict.reason);
  verdict.valid = xmlSchemaValidateDoc(context.get(), document.get()) == 0;
  if (!verdict.valid && verdict.reason.empty()) verdict.reason = "not valid";
  return verdict;
}

}  // namespace xmpp_schemas
