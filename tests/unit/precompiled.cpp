// Gives the precompiled header of the tests a source to be built for: main.cpp must not use it.
