# Every library from outside, in one place. Versions: the oldest that Debian 12 ships.
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json url program_options system)
find_package(LibXml2 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(spdlog REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBPQ REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(GMIME REQUIRED IMPORTED_TARGET gmime-3.0)

# COMPAT gloox's .pc names libraries that a minimal system lacks (gnutls, zlib): link gloox alone.
find_library(GLOOX_LIBRARY gloox REQUIRED)
find_path(GLOOX_INCLUDE gloox/component.h REQUIRED)
add_library(gloox_lib INTERFACE)
target_link_libraries(gloox_lib INTERFACE ${GLOOX_LIBRARY})
target_include_directories(gloox_lib SYSTEM INTERFACE ${GLOOX_INCLUDE})

find_library(IDN_LIBRARY idn REQUIRED)
find_path(IDN_INCLUDE stringprep.h REQUIRED)
add_library(idn_lib INTERFACE)
target_link_libraries(idn_lib INTERFACE ${IDN_LIBRARY})
target_include_directories(idn_lib SYSTEM INTERFACE ${IDN_INCLUDE})

find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
add_library(toml_lib INTERFACE)
target_include_directories(toml_lib SYSTEM INTERFACE ${TOMLPLUSPLUS_INCLUDE})

if(BUILD_TESTING)
  find_package(Catch2 REQUIRED)  # 2.13 (Debian 12) or 3.x
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
