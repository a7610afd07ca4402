# cmake -DOUT=file.cpp -DROOT=folder "-DFILES=a.xsd|b.xsd" -P embed_schemas.cmake: the files as string literals, so that
# the program needs no files at run time.
string(REPLACE "|" ";" FILES "${FILES}")
set(text "// Made by xmpp_schemas/embed_schemas.cmake.\n#include \"xmpp_schemas/embedded_schemas.hpp\"\n\n")
string(APPEND text "namespace xmpp_schemas {\nnamespace {\n\nconstexpr EmbeddedSchema schemas[] = {\n")
foreach(file IN LISTS FILES)
  file(READ ${ROOT}/${file} content)
  string(APPEND text "    {\"${file}\", R\"xsd(${content})xsd\"},\n")
endforeach()
string(APPEND text "};\n\n}  // namespace\n\n")
string(APPEND text "std::span<const EmbeddedSchema> embedded_schemas() { return schemas; }\n\n}  // namespace xmpp_schemas\n")
file(WRITE ${OUT} "${text}")
