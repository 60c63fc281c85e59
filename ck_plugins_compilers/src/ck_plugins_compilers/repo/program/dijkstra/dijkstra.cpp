// Shortest paths from one vertex of a weighted directed graph, by Dijkstra's algorithm.
// usage: dijkstra FILE
// The first line is `vertices edges source`, each further one an edge: `from to weight`.

#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <limits>
#include <new>
#include <queue>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using Vertex = std::uint32_t;
using Distance = std::uint64_t;

constexpr Distance unreachable = std::numeric_limits<Distance>::max();
constexpr Vertex most_vertices = 1'000'000;
constexpr std::uint32_t most_edges = 100'000'000;
constexpr std::size_t printed_distances = 20;

struct Edge {
  Vertex from, to;
  std::uint32_t weight;
};

struct Arc {
  Vertex to;
  std::uint32_t weight;
};

// The arcs that leave vertex v are arcs[first_arc[v]] up to, not including, arcs[first_arc[v + 1]].
struct Graph {
  Vertex source;
  std::vector<std::size_t> first_arc;
  std::vector<Arc> arcs;

  Vertex vertices() const { return static_cast<Vertex>(first_arc.size() - 1); }
};

[[noreturn]] void fail(const std::string &what, const std::string &subject) {
  throw std::runtime_error(what + ": " + subject);
}

// ---- shortest paths ------------------------------------------------------------------------

std::vector<Distance> shortest_paths(const Graph &graph) {
  using Entry = std::pair<Distance, Vertex>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> queue;
  std::vector<Distance> distances(graph.vertices(), unreachable);
  distances[graph.source] = 0;
  queue.emplace(0, graph.source);
  while (!queue.empty()) {
    const auto [distance, vertex] = queue.top();
    queue.pop();
    if (distance > distances[vertex]) continue;  // left over from before a shorter path was found
    for (std::size_t i = graph.first_arc[vertex]; i < graph.first_arc[vertex + 1]; ++i) {
      const auto [to, weight] = graph.arcs[i];
      if (distance + weight >= distances[to]) continue;
      distances[to] = distance + weight;
      queue.emplace(distances[to], to);
    }
  }
  return distances;
}

// FNV-1a over whole distances: depends on every distance and its place.
std::uint64_t checksum(const std::vector<Distance> &distances) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const Distance distance : distances) hash = (hash ^ distance) * 0x100000001b3;
  return hash;
}

// ---- input ---------------------------------------------------------------------------------

class NumberReader {
 public:
  explicit NumberReader(const std::string &path) : path_(path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) fail("cannot open", path);
    std::ostringstream text;
    if (!(text << file.rdbuf())) fail("empty or unreadable file", path);
    text_ = text.str();
    next_ = text_.data();
  }

  // The next number of the file, which must be smaller than `bound`.
  std::uint32_t next_below(std::uint64_t bound) {
    skip_space();
    std::uint32_t number = 0;
    const auto [stop, error] = std::from_chars(next_, end(), number);
    if (stop == end() && stop == next_) fail("truncated", path_);
    if (error != std::errc{} || number >= bound)
      fail("bad number at byte " + std::to_string(next_ - text_.data()), path_);
    next_ = stop;
    return number;
  }

  void expect_end() {
    skip_space();
    if (next_ != end()) fail("text after the last edge", path_);
  }

 private:
  const char *end() const { return text_.data() + text_.size(); }

  void skip_space() {
    while (next_ != end() && std::isspace(static_cast<unsigned char>(*next_))) ++next_;
  }

  std::string path_, text_;
  const char *next_;
};

std::vector<Edge> read_edges(NumberReader &reader, Vertex vertices, std::uint32_t count) {
  constexpr std::uint64_t any = std::uint64_t{1} << 32;
  std::vector<Edge> edges;
  while (count-- > 0) {
    const Vertex from = reader.next_below(vertices);
    const Vertex to = reader.next_below(vertices);
    edges.push_back({from, to, reader.next_below(any)});
  }
  reader.expect_end();
  return edges;
}

Graph read_graph(const std::string &path) {
  NumberReader reader(path);
  const Vertex vertices = reader.next_below(most_vertices);
  const std::uint32_t edge_count = reader.next_below(most_edges);
  const Vertex source = reader.next_below(vertices);
  const std::vector<Edge> edges = read_edges(reader, vertices, edge_count);

  Graph graph{source, std::vector<std::size_t>(vertices + 1), std::vector<Arc>(edges.size())};
  for (const Edge &edge : edges) ++graph.first_arc[edge.from + 1];
  for (Vertex v = 0; v < vertices; ++v) graph.first_arc[v + 1] += graph.first_arc[v];
  std::vector<std::size_t> free_place = graph.first_arc;
  for (const Edge &edge : edges) graph.arcs[free_place[edge.from]++] = {edge.to, edge.weight};
  return graph;
}

// ---- repetitions, output -------------------------------------------------------------------

int repetitions() {
  const char *text = std::getenv("CT_REPEAT_MAIN");
  if (!text) return 1;
  int count = 0;
  const auto [stop, error] = std::from_chars(text, text + std::strlen(text), count);
  if (error != std::errc{} || *stop != '\0' || count < 1)
    fail("CT_REPEAT_MAIN is not a positive number", text);
  return count;
}

// As far as the compiler knows, the volatile pointer leads to another graph each time and somebody
// watches the sum: so it can neither drop a repetition nor move work out of the loop.
std::vector<Distance> search_repeatedly(const Graph &graph, int count) {
  const Graph *volatile input = &graph;
  volatile std::uint64_t observed = 0;
  std::vector<Distance> distances;
  while (count-- > 0) {
    distances = shortest_paths(*input);
    observed = observed + checksum(distances);
  }
  return distances;
}

void print_some(const std::vector<Distance> &distances) {
  const std::size_t stride = (distances.size() + printed_distances - 1) / printed_distances;
  for (std::size_t v = 0; v < distances.size(); v += stride) {
    const Distance distance = distances[v];
    std::cout << "distance " << v << ' '
              << (distance == unreachable ? "unreachable" : std::to_string(distance)) << '\n';
  }
}

void print_totals(const Graph &graph, const std::vector<Distance> &distances) {
  Distance total = 0;
  Vertex reached = 0;
  Vertex farthest = graph.source;
  for (Vertex v = 0; v < graph.vertices(); ++v) {
    if (distances[v] == unreachable) continue;
    ++reached;
    total += distances[v];
    if (distances[v] > distances[farthest]) farthest = v;
  }
  std::cout << "vertices " << graph.vertices() << "\nedges " << graph.arcs.size()
            << "\nreached " << reached << "\ntotal " << total << "\nfarthest " << farthest << ' '
            << distances[farthest] << '\n';
}

void print(const Graph &graph, const std::vector<Distance> &distances) {
  print_totals(graph, distances);
  print_some(distances);
  std::cout << "checksum " << std::hex << std::setw(16) << std::setfill('0')
            << checksum(distances) << '\n';
  if (!std::cout.flush()) fail("cannot write", "standard output");
}

}  // namespace

int main(int argc, char **argv) try {
  if (argc != 2) fail("expected one argument", "FILE");
  const Graph graph = read_graph(argv[1]);
  print(graph, search_repeatedly(graph, repetitions()));
} catch (const std::bad_alloc &) {
  std::cerr << "dijkstra: out of memory: graph\n";
  return 1;
} catch (const std::exception &error) {
  std::cerr << "dijkstra: " << error.what() << '\n';
  return 1;
}
