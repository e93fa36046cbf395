package dev.backplane.store;

import dev.backplane.store.Finding.Severity;
import java.util.ArrayList;
import java.util.List;

/// What one look at one part of a segment finds.
public final class Findings {
    private final String object;
    private final String cure;
    private final List<Finding> list = new ArrayList<>();

    /// Nothing yet.
    ///
    /// @param object what the findings are of
    /// @param cure what to do if it is damaged
    public Findings(String object, String cure) {
        this.object = object;
        this.cure = cure;
    }

    /// Adds a finding of any kind, unless there is one of the same rule.
    ///
    /// @param severity how bad it is
    /// @param rule which invariant, and where, without values that change
    /// @param what was found, with its values
    /// @param remedy what to do
    public void add(Severity severity, String rule, String what, String remedy) {
        final Finding finding = new Finding(severity, object, rule, what, remedy);
        if (list.stream().noneMatch(finding::isSame)) {
            list.add(finding);
        }
    }

    /// Something to know of.
    ///
    /// @param rule which it is
    /// @param what was found
    /// @param remedy what to do, or what will happen
    public void note(String rule, String what, String remedy) {
        add(Severity.NOTE, rule, what, remedy);
    }

    /// Something that a dead participant has left in the segment.
    ///
    /// @param rule which it is
    /// @param what was found
    public void leftover(String rule, String what) {
        add(Severity.LEFTOVER, rule, what, "--repair gives it back, as does the next process that needs it");
    }

    /// Damage.
    ///
    /// @param rule which invariant does not hold, and where
    /// @param what was found, with its values
    public void damage(String rule, String what) {
        add(Severity.DAMAGE, rule, what, cure);
    }

    /// Damage, unless something holds.
    ///
    /// @param holds whether it does
    /// @param rule which invariant it is, and where
    /// @param format what was found if it does not, as of [String#format]
    /// @param values for the format
    /// @return whether it holds
    public boolean require(boolean holds, String rule, String format, Object... values) {
        if (!holds) {
            damage(rule, String.format(format, values));
        }
        return holds;
    }

    /// Nothing yet, of the same object: for what may turn out to have changed while it was looked at.
    ///
    /// @return to be added by [#addAll] if it has not
    public Findings draft() {
        return new Findings(object, cure);
    }

    /// Adds what was found elsewhere.
    ///
    /// @param draft from [#draft]
    public void addAll(Findings draft) {
        draft.list.forEach(one -> add(one.severity(), one.rule(), one.what(), one.remedy()));
    }

    /// Whether nothing was found so far.
    ///
    /// @return true if so
    public boolean isEmpty() {
        return list.isEmpty();
    }

    /// What was found so far.
    ///
    /// @return in the order in which it was
    public List<Finding> list() {
        return List.copyOf(list);
    }
}
