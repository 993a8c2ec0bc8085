//! Stores with faults, clocks and suites, for tests of servers and of adapters.
