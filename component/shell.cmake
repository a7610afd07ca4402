# The shell of the component: stream, configuration, log, HTTP. Included by component/CMakeLists.txt.
set(COMPONENT_SHELL_SOURCES
  stanza_framer.cpp asio_transport.cpp stream_attempt.cpp stream.cpp
  config.cpp config_check.cpp config_section.cpp config_rules.cpp config_reader.cpp config_file.cpp
  control.cpp log.cpp http_routes.cpp http_server.cpp health.cpp metrics.cpp sd_notify.cpp signal.cpp)
list(TRANSFORM COMPONENT_SHELL_SOURCES PREPEND "${CMAKE_CURRENT_LIST_DIR}/")

mailnode_room(component_shell SOURCES ${COMPONENT_SHELL_SOURCES}
  LINK mailnode_xmpp_schemas mailnode_asio gloox_lib toml_lib spdlog::spdlog Boost::headers Boost::json OpenSSL::SSL
  OpenSSL::Crypto Threads::Threads)
