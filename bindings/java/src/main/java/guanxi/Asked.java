package guanxi;

/** What questions are asked by: a store, a playbook and both instants. */
final class Asked {
    final Store store;
    final Playbook playbook;
    final long asOf;
    final long knownAt;

    Asked(Store store, Playbook playbook, When asOf, When knownAt) {
        this.store = store;
        this.playbook = playbook;
        this.asOf = When.microsIf(playbook, asOf);
        this.knownAt = When.microsIf(playbook, knownAt);
    }

    /** A function of C that answers a question about a store. */
    interface Answering {
        int call(long store, long playbook, long asOf, long knownAt, byte[] question, long len,
                int language, long[] out, long[] error);
    }

    Answer ask(Answering answering, String question) {
        byte[] asked = Call.bytes(question, "the question");
        return store.answer(playbook, (it, book, out, error) -> answering.call(
                it, book, asOf, knownAt, asked, asked.length, store.language.number, out, error));
    }
}
