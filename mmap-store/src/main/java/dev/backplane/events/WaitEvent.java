package dev.backplane.events;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Threshold;

/// A thread waited for something that other threads or processes do: permits, a signal, an element.
@Name(FlightEvents.WAIT)
@Label("Wait")
@Description("A thread waited for a semaphore, condition, event, latch, barrier, queue, channel or topic")
@Category("Backplane")
@Threshold("10 ms")
final class WaitEvent extends WaitingEvent {}
