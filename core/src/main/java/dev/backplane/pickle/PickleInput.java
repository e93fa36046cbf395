package dev.backplane.pickle;

record PickleInput(byte[] bytes, int start, int length) {}
