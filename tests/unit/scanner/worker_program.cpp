// The smallest program that can be a scanner process.
#include "scanner/worker/source.h"

int main(int argc, char** argv) {
  if (!kiemphieu::worker::is_worker(argc, argv)) return 2;
  return kiemphieu::worker::worker_main(argc, argv);
}
