package guanxi;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Why a call failed, with all faults. Whatever failed has changed nothing. */
public final class GuanxiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;
    private final String english;
    private final String chinese;

    private GuanxiException(List<Fault> faults, String english, String chinese) {
        super(shown(faults, Language.ENGLISH));
        this.faults = Collections.unmodifiableList(faults);
        this.english = english;
        this.chinese = chinese;
    }

    /** From an error of C, which stays the caller's. */
    static GuanxiException of(long error) {
        List<Fault> faults = new ArrayList<>();
        for (long index = 0; index < C.gx_error_count(error); index++) {
            faults.add(new Fault(error, index));
        }
        return new GuanxiException(faults, said(error, C.GX_EN), said(error, C.GX_ZH));
    }

    private static String said(long error, int language) {
        long[] out = new long[1];
        int status = C.gx_error_json(error, language, out);
        if (status != C.GX_OK) {
            throw new IllegalStateException("guanxi cannot say what is wrong: status " + status);
        }
        return Call.taken(out[0]);
    }

    /** Of a handle that was closed: the call must not come to C. */
    static GuanxiException closed(String noun) {
        Fault fault = new Fault(C.GX_E_FREED_HANDLE, "freed_handle",
                "the " + noun + " is closed", noun + " 已关闭");
        return new GuanxiException(Collections.singletonList(fault),
                document(fault, fault.message), document(fault, fault.messageZh));
    }

    private static String document(Fault fault, String message) {
        Question said = new Question().put("code", fault.code).put("name", fault.name);
        return "{\"faults\":[" + said.put("message", message) + "]}";
    }

    /** All that was found, in the order of the input; there is at least one. */
    public List<Fault> faults() {
        return faults;
    }

    /** The code of the first fault. */
    public int code() {
        return faults.get(0).code;
    }

    /** All faults as JSON, in the very bytes that every language gives. */
    public String json(Language language) {
        return language == Language.CHINESE ? chinese : english;
    }

    /** All faults for a person. */
    public String show(Language language) {
        return shown(faults, language);
    }

    private static String shown(List<Fault> faults, Language language) {
        StringBuilder out = new StringBuilder();
        for (Fault fault : faults) {
            out.append(out.length() == 0 ? "" : "\n").append(fault.show(language));
        }
        return out.toString();
    }
}
