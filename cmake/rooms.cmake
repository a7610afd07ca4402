# mailnode_room(NAME SOURCES ... LINK ... [TESTS ...]): one library per folder and one unit-test program beside it.
# mailnode_test(NAME SOURCES ... LINK ...): a test program of its own.
add_library(mailnode_flags INTERFACE)
target_include_directories(mailnode_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(mailnode_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_USE_STD_STRING_VIEW)
target_compile_options(mailnode_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wold-style-cast -Wcast-qual -Wformat=2 -Wimplicit-fallthrough)
if(MAILNODE_WERROR)
  target_compile_options(mailnode_flags INTERFACE -Werror)
endif()
if(MAILNODE_SANITIZE)
  target_compile_options(mailnode_flags INTERFACE
    -fsanitize=${MAILNODE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(mailnode_flags INTERFACE -fsanitize=${MAILNODE_SANITIZE})
  # COMPAT clang 14: coroutine frames break -fsanitize=function
  if(MAILNODE_SANITIZE MATCHES undefined AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
    target_compile_options(mailnode_flags INTERFACE -fno-sanitize=function)
    target_link_options(mailnode_flags INTERFACE -fno-sanitize=function)
  endif()
  # COMPAT g++ 12: -Wmaybe-uninitialized sees ghosts in variants that are instrumented
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(mailnode_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
  # Asio's fences make g++ warn under the thread sanitizer
  if(MAILNODE_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(mailnode_flags INTERFACE -Wno-tsan)
  endif()
endif()

# Asio's own code, once for the whole program (BOOST_ASIO_SEPARATE_COMPILATION).
add_library(mailnode_asio STATIC ${CMAKE_SOURCE_DIR}/cmake/asio_library.cpp)
target_link_libraries(mailnode_asio PUBLIC mailnode_flags Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)

function(mailnode_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;LINK" ${ARGN})
  string(REPLACE "/" "_" target mailnode_${name})
  add_library(${target} STATIC ${ROOM_SOURCES})
  target_link_libraries(${target} PUBLIC mailnode_flags ${ROOM_LINK})
endfunction()

function(mailnode_test name)
  cmake_parse_arguments(TEST "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE mailnode_test_main ${TEST_LINK})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()
