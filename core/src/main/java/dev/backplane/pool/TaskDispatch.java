package dev.backplane.pool;

import java.util.List;

/// Which worker gets which task: first those that have none. Used by the pool's loop only.
///
/// A worker gets one ahead only if there are more tasks than the workers without any, even those still
/// starting, could take. When none are left, idle workers take over what others have ahead; and what is
/// behind a task that takes long goes to whoever is free first. So no task waits for another one while a
/// worker is idle.
///
/// @param links the workers, as they are at each time
/// @param pending what no worker has
/// @param workers how many places there are
/// @param withoutMemory what fails the job of a task for which there is no memory to give it to a worker
record TaskDispatch(List<WorkerLink> links, TaskQueue pending, int workers, RuntimeException withoutMemory) {
    /// Hands out tasks; whether there was anything to do.
    boolean run() {
        boolean worked = takeBackDelayed();
        for (WorkerLink link : links) {
            worked |= link.holds() == 0 && assign(link);
        }
        final int without = workersWithout();
        for (WorkerLink link : links) {
            worked |= pending.size() > without && assign(link);
        }
        if (pending.isEmpty()) {
            for (WorkerLink link : links) {
                worked |= link.holds() == 0 && link.hasCredit() && takeOver(link);
            }
        }
        return worked;
    }

    private int workersWithout() {
        int without = 0;
        for (WorkerLink link : links) {
            without += link.holds() == 0 ? 1 : 0;
        }
        return without;
    }

    /// Whether there are tasks of one job only, and all that can be at a worker are.
    boolean isOnlyAt(Job job) {
        if (pending.size() != job.waiting) {
            return false;
        }
        for (WorkerLink link : links) {
            if (!link.isOnlyAt(job)) {
                return false;
            }
        }
        return true;
    }

    private boolean takeBackDelayed() {
        boolean worked = false;
        for (WorkerLink link : links) {
            if (link.isDelayed() && links.stream().anyMatch(WorkerLink::hasCredit)) {
                final Job.Task task = link.takeBackLast();
                if (task != null) {
                    pending.addFirst(task);
                    worked = true;
                }
            }
        }
        return worked;
    }

    private boolean takeOver(WorkerLink idle) {
        for (WorkerLink link : links) {
            final Job.Task task = link.takeBackLast();
            if (task != null) {
                give(task, idle);
                return true;
            }
        }
        return false;
    }

    private boolean assign(WorkerLink link) {
        final Job.Task task = link.hasCredit() ? pending.poll(link.place(), workers) : null;
        if (task == null) {
            return false;
        }
        give(task, link);
        return true;
    }

    /// If that fails, nobody else knows of the task any more.
    private void give(Job.Task task, WorkerLink link) {
        boolean given = false;
        try {
            link.assign(task);
            given = true;
        } finally {
            if (!given) {
                task.job.fail(withoutMemory);
            }
        }
    }
}
