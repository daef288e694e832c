// Nothing here: CMake makes the shared precompiled header only for a target
// that has a source using it, and main.cpp cannot.
