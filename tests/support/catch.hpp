// COMPAT Catch2 v2 (Debian 12) and v3 name their headers differently; tests include this one.
#pragma once

#ifdef MAILNODE_CATCH3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
