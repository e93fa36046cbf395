/// A journal on disk: entries that survive the machine, and named readers that go on where they were.
///
/// It stands on Chronicle Queue, which is optional; this package alone imports it, and what is public here shows
/// nothing of it. The package knows bytes only: values and their codecs are a layer up, in
/// `dev.backplane.DurableQueue`.
@NullMarked
package dev.backplane.store.durable;

import org.jspecify.annotations.NullMarked;
