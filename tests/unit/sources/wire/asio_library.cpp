// The one file of this program that compiles Asio's sources.
#include <boost/asio/impl/src.hpp>
