# The octets-and-grammar half of the IMAP client and the I/O that drives its session; paths relative to sources/.
set(SOURCES_IMAP_WIRE
  imap/error.cpp
  imap/octets.cpp
  imap/response.cpp
  imap/response_lexer.cpp
  imap/response_parser.cpp
  imap/quota_response.cpp
  imap/rights_response.cpp
  imap/capability.cpp
  imap/command.cpp
  imap/mailbox_name_codec.cpp
  imap/mime_words.cpp
  imap/tls_stream.cpp
  imap/connection.cpp
  imap/watched_account.cpp
  imap/imap_source.cpp
)
