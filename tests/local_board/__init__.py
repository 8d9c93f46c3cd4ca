"""A board on loopback for tests with real processes: `-s SPIDER_MODULES=tests.local_board`."""
