# The octets-and-grammar half of the IMAP client and the I/O that drives its session; paths relative to sources/.
set(SOURCES_IMAP_WIRE
  imap/error.cpp
  imap/octets.cpp
)
