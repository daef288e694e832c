#pragma once
/// A PostgreSQL server of the tests' own: real, private, on a socket in a scratch folder,
/// gone with the process.

#include <string>

namespace kiemphieu::test {

/// Starts the server with the first call. A new empty database each time, as libpq wants it.
std::string new_postgres_database();
/// The server goes down as in a power cut and comes up again.
void crash_postgres();

}  // namespace kiemphieu::test
