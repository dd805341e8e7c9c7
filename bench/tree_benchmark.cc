// The tree alone, under Google Benchmark: rates for profiling. The table of bench/RESULTS.md is
// pvc_bench's.

#include <benchmark/benchmark.h>

#include "tree_workload.h"

namespace pvc::bench {
namespace {

void BM_InsertBatch(benchmark::State& state) {
  const auto count = static_cast<size_t>(state.range(0));
  const TreeWorkload workload(count, 7);
  for (auto _ : state) {
    MemoryObjects objects;
    benchmark::DoNotOptimize(workload.InsertAll(objects));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_InsertBatch)->Arg(10'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void BM_Update25000Of50000(benchmark::State& state) {
  const TreeWorkload workload(50'000, 3);
  MemoryObjects objects;
  const Tree tree = workload.InsertAll(objects);
  for (auto _ : state) benchmark::DoNotOptimize(workload.Update(objects, tree, 25'000));
  state.SetItemsProcessed(state.iterations() * 25'000);
}
BENCHMARK(BM_Update25000Of50000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace pvc::bench

BENCHMARK_MAIN();
