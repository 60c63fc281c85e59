import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Solves the puzzles of a file, a line of 81 digits and dots each, and prints a line for each.
 * Takes the path of the file; solves all puzzles CT_REPEAT_MAIN times.
 */
public final class Sudoku {
    private static final String PUZZLE = "[.1-9]{81}";

    /** Written after each repetition, so that the JIT compiler cannot leave any out. */
    private static volatile int observed;

    /** Says what happened, and to what. */
    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1;

        Failure(String what, String subject) {
            super(what + ": " + subject);
        }
    }

    private Sudoku() {}

    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Failure failure) {
            exit(failure.getMessage());
        } catch (OutOfMemoryError error) {
            exit("out of memory: puzzles");
        }
    }

    private static void exit(String message) {
        System.err.println("sudoku-java: " + message);
        System.exit(1);
    }

    private static void run(String[] arguments) throws Failure {
        if (arguments.length != 1) {
            throw new Failure("expected one argument", "FILE");
        }
        List<String> puzzles = readPuzzles(arguments[0]);
        print(solveRepeatedly(puzzles, repetitions()));
    }

    private static List<String> readPuzzles(String path) throws Failure {
        List<String> lines;
        try {
            lines = Files.readAllLines(Path.of(path), StandardCharsets.ISO_8859_1);
        } catch (IOException error) {
            throw new Failure("cannot read", path);
        }
        if (lines.isEmpty()) {
            throw new Failure("no puzzles", path);
        }
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).matches(PUZZLE)) {
                throw new Failure("line " + (i + 1) + " is not 81 digits and dots", path);
            }
        }
        return lines;
    }

    private static int repetitions() throws Failure {
        String text = System.getenv().getOrDefault("CT_REPEAT_MAIN", "1");
        try {
            int count = Integer.parseInt(text);
            if (count > 0) {
                return count;
            }
        } catch (NumberFormatException error) {
            // Fails below, like a number that is too small.
        }
        throw new Failure("CT_REPEAT_MAIN is not a positive number", text);
    }

    private static List<String> solveRepeatedly(List<String> puzzles, int count) {
        List<String> solutions = List.of();
        for (int repetition = 0; repetition < count; repetition++) {
            solutions = solve(puzzles);
            observed += solutions.hashCode();
        }
        return solutions;
    }

    private static List<String> solve(List<String> puzzles) {
        List<String> solutions = new ArrayList<>();
        for (String puzzle : puzzles) {
            Grid grid = new Grid();
            boolean solved = grid.fill(puzzle) && grid.solve();
            solutions.add(solved ? grid.toString() : "unsolvable");
        }
        return solutions;
    }

    private static void print(List<String> solutions) throws Failure {
        for (String solution : solutions) {
            System.out.println(solution);
        }
        if (System.out.checkError()) {
            throw new Failure("cannot write", "standard output");
        }
    }
}
