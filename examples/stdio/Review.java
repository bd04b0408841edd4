// guanxi from Java 8 or later: one process, a question on each line, answers in order.
// Replies are printed as they come; a host reads them by its own JSON library.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

public final class Review implements AutoCloseable {
    private final Process process;
    private final Writer questions;
    private final BufferedReader answers;

    Review(String playbook) throws IOException {
        process = new ProcessBuilder("guanxi", "stdio", "--playbook", playbook)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        questions = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        answers = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    synchronized String ask(String question) throws IOException {
        questions.write(question);
        questions.write('\n');
        questions.flush();
        return answers.readLine();
    }

    @Override
    public void close() throws IOException {
        questions.close();
    }

    public static void main(String[] args) throws IOException {
        try (Review guanxi = new Review("../presets/retail.json")) {
            guanxi.ask("{\"ask\": \"append\", \"table\": \"events\", \"lines\": [{\"kind\": \"purchase\", "
                    + "\"id\": \"o1\", \"customer\": \"C-1\", \"at\": \"2026-03-01 10:00\", \"amount\": \"120.00\"}]}");
            System.out.println(guanxi.ask(
                    "{\"ask\": \"states\", \"customer\": \"C-1\", \"as_of\": \"2026-07-31\", \"language\": \"zh\"}"));
        }
    }
}
