import com.fasterxml.jackson.databind.ObjectMapper;
import io.anserini.analysis.DefaultEnglishAnalyzer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * Prints the terms that Anserini's default analyzer makes of each line. A line of the input is a JSON string in ASCII, a
 * line of the output a JSON array in ASCII, so that unpaired surrogates come through.
 */
public class LuceneTerms {
  public static void main(String[] arguments) throws Exception {
    Analyzer analyzer = DefaultEnglishAnalyzer.newStemmingInstance("porter");
    ObjectMapper mapper = new ObjectMapper();
    BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    PrintStream out = new PrintStream(new java.io.BufferedOutputStream(System.out, 1 << 16), false, "US-ASCII");
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      List<String> terms = new ArrayList<>();
      try (TokenStream stream = analyzer.tokenStream("contents", mapper.readValue(line, String.class))) {
        CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
        stream.reset();
        while (stream.incrementToken()) terms.add(term.toString());
        stream.end();
      }
      out.println(inAscii(terms));
    }
    out.flush();
  }

  private static String inAscii(List<String> terms) {
    StringBuilder text = new StringBuilder("[");
    for (String term : terms) {
      if (text.length() > 1) text.append(',');
      text.append('"');
      for (char unit : term.toCharArray()) {
        boolean plain = unit >= ' ' && unit < 127 && unit != '"' && unit != '\\';
        text.append(plain ? String.valueOf(unit) : String.format("\\u%04x", (int) unit));
      }
      text.append('"');
    }
    return text.append(']').toString();
  }
}
