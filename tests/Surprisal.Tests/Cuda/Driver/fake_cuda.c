/* A driver that has no card: it checks what it is told and writes it down. The tests compile it. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX 4096
enum { INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_CONTEXT = 201, INVALID_HANDLE = 400, GUARD = 64 };

typedef struct { uint64_t address; size_t size; unsigned char *memory; } Allocation;

static Allocation allocations[MAX];
static char journal[1 << 20], faults[1 << 16];
static int calls, fail_at, fail_code, dead, depth, retained, modules, streams, events, initialised, full, capability = 90;
static int largest_cluster = 16, cluster, clustered_blocks, is_portable_only = 1;
static int context_handle, module_handle, function_handle, begin_handle, stream_handle, event_handle;

static void fault(const char *what) { strncat(faults, what, sizeof faults - strlen(faults) - 2); strcat(faults, "\n"); }

/* Every call comes through here: what it is called, and whether it needs a current context. */
static int enter(const char *name, int needs_context) {
    strncat(journal, name, sizeof journal - strlen(journal) - 2);
    strcat(journal, " ");
    if (!initialised && strcmp(name, "cuInit") != 0) fault("a call before cuInit");
    if (dead) {
        if (strcmp(name, "cuCtxPopCurrent") != 0) fault("a call after an error that breaks the context");
        return dead;
    }
    if (++calls == fail_at) {
        if (fail_code >= 700) dead = fail_code;
        return fail_code;
    }
    if (needs_context && depth == 0) { fault(name); fault("without a context"); return INVALID_CONTEXT; }
    return 0;
}

#define ENTER(name, context) do { int code = enter(name, context); if (code) return code; } while (0)

void fake_reset(int card) {
    memset(allocations, 0, sizeof allocations);
    journal[0] = faults[0] = 0;
    calls = fail_at = fail_code = dead = depth = retained = modules = streams = events = initialised = full = 0;
    capability = card;
    largest_cluster = 16;
    cluster = clustered_blocks = 0;
    is_portable_only = 1;
}
/* The most blocks of a cluster of this card; the last launch in clusters, and the sizes that it needs to have had. */
void fake_largest_cluster(int blocks) { largest_cluster = blocks; }
int fake_cluster(void) { return cluster; }
int fake_clustered_blocks(void) { return clustered_blocks; }
void fake_fail(int nth, int code) { calls = 0; fail_at = nth; fail_code = code; }
void fake_fill(void) { full = 1; }
int fake_calls(void) { return calls; }
int fake_depth(void) { return depth; }
int fake_retained(void) { return retained; }
int fake_kept(void) {
    int count = modules + streams + events;
    for (int i = 0; i < MAX; i++) count += allocations[i].memory != NULL;
    return count;
}
const char *fake_journal(void) { return journal; }
void fake_clear(void) { journal[0] = 0; }

/* What was done wrong, with guards that were overwritten. */
const char *fake_faults(void) {
    for (int i = 0; i < MAX; i++)
        for (int k = 0; allocations[i].memory && k < GUARD; k++)
            if (allocations[i].memory[allocations[i].size + k] != 0xA5) { fault("memory behind an allocation was written"); break; }
    return faults;
}

static Allocation *find(uint64_t address, size_t size) {
    for (int i = 0; i < MAX; i++)
        if (allocations[i].memory && address >= allocations[i].address && address + size <= allocations[i].address + allocations[i].size) return &allocations[i];
    fault("memory that was not allocated");
    return NULL;
}

int cuInit(unsigned flags) { int code = enter("cuInit", 0); if (code) return code; initialised = 1; return flags ? INVALID_VALUE : 0; }
int cuDriverGetVersion(int *version) { ENTER("cuDriverGetVersion", 0); *version = 12040; return 0; }
int cuDeviceGetCount(int *count) { ENTER("cuDeviceGetCount", 0); *count = 1; return 0; }
int cuDeviceGet(int *device, int number) { ENTER("cuDeviceGet", 0); *device = number; return number ? 101 : 0; }
int cuDeviceGetName(char *name, int size, int device) { ENTER("cuDeviceGetName", 0); snprintf(name, size, "Fake %d", device); return 0; }
int cuDeviceGetAttribute(int *value, int attribute, int device) {
    ENTER("cuDeviceGetAttribute", 0);
    (void)device;
    *value = attribute == 75 ? capability / 10 : attribute == 76 ? capability % 10 : attribute == 16 ? 132 : attribute == 97 ? 232448 : attribute == 120 ? largest_cluster > 0 : 1;
    return 0;
}
int cuDevicePrimaryCtxRetain(void **context, int device) { ENTER("cuDevicePrimaryCtxRetain", 0); (void)device; retained++; *context = &context_handle; return 0; }
int cuDevicePrimaryCtxRelease_v2(int device) { (void)device; retained--; return enter("cuDevicePrimaryCtxRelease", 0); }
int cuCtxPushCurrent_v2(void *context) { ENTER("cuCtxPushCurrent", 0); if (context != &context_handle) { fault("another context is pushed"); return INVALID_CONTEXT; } depth++; return 0; }
int cuCtxPopCurrent_v2(void **context) { *context = &context_handle; if (depth == 0) fault("a pop without a push"); else depth--; return enter("cuCtxPopCurrent", 0); }
int cuModuleLoadDataEx(void **module, const char *text, unsigned count, int *options, void **values) {
    int code = enter("cuModuleLoadDataEx", 1);
    if (code) {
        for (unsigned i = 0; i < count; i++) if (options[i] == 5) strcpy(values[i], "ptxas error : line 7\n");
        return code;
    }
    if (strncmp(text, ".version ", 9) != 0) fault("a text without a version");
    if (strlen(text) < 100) fault("a text that is cut off");
    for (unsigned i = 0; i < count; i++) if (options[i] == 3) strcpy(values[i], "0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads\n");
    modules++;
    *module = &module_handle;
    return 0;
}
int cuModuleUnload(void *module) { ENTER("cuModuleUnload", 1); if (module != &module_handle) return INVALID_HANDLE; modules--; return 0; }
int cuModuleGetFunction(void **function, void *module, const char *name) { ENTER("cuModuleGetFunction", 1); if (module != &module_handle || !*name) fault("a function of no module"); *function = strcmp(name, "begin") == 0 ? &begin_handle : &function_handle; return 0; }
int cuFuncSetAttribute(void *function, int attribute, int value) { ENTER("cuFuncSetAttribute", 1); if (function != &function_handle || (attribute != 8 && attribute != 14) || value <= 0 || value > 232448) fault("an attribute of no function"); if (attribute == 14) is_portable_only = value != 1; return 0; }
int cuFuncGetAttribute(int *value, int attribute, void *function) { ENTER("cuFuncGetAttribute", 1); if (function != &function_handle && function != &begin_handle) fault("an attribute of no function"); *value = attribute == 4 ? 40 : attribute == 3 ? 0 : -1; return 0; }
int cuMemAlloc_v2(uint64_t *address, size_t size) {
    ENTER("cuMemAlloc", 1);
    if (!size) return INVALID_VALUE;
    if (full) return OUT_OF_MEMORY;
    for (int i = 0; i < MAX; i++)
        if (!allocations[i].memory) {
            allocations[i].memory = malloc(size + GUARD);
            memset(allocations[i].memory, 0, size);
            memset(allocations[i].memory + size, 0xA5, GUARD);
            allocations[i].size = size;
            *address = allocations[i].address = (uint64_t)(uintptr_t)allocations[i].memory;
            return 0;
        }
    return OUT_OF_MEMORY;
}
int cuMemFree_v2(uint64_t address) {
    ENTER("cuMemFree", 1);
    Allocation *found = find(address, 1);
    if (!found || found->address != address) { fault("memory is freed that was not allocated"); return INVALID_VALUE; }
    free(found->memory);
    found->memory = NULL;
    return 0;
}
int cuMemGetInfo_v2(size_t *free_bytes, size_t *total) { ENTER("cuMemGetInfo", 1); *free_bytes = 1000; *total = 2000; return 0; }
int cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t size, void *stream) {
    ENTER("cuMemcpyHtoDAsync", 1);
    if (stream != &stream_handle) fault("another stream");
    if (!find(to, size)) return INVALID_VALUE;
    memcpy((void *)(uintptr_t)to, from, size);
    return 0;
}
int cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t size, void *stream) {
    ENTER("cuMemcpyDtoHAsync", 1);
    if (stream != &stream_handle) fault("another stream");
    if (!find(from, size)) return INVALID_VALUE;
    memcpy(to, (void *)(uintptr_t)from, size);
    return 0;
}
int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared, void *stream, void **arguments, void **extra) {
    ENTER("cuLaunchKernel", 1);
    if (function == &begin_handle) { /* the one kernel that is computed here: without it every target would be bad */
        uint64_t *state = *(uint64_t **)arguments[0];
        if (!find((uint64_t)(uintptr_t)state, 64)) return INVALID_VALUE;
        memset(state, 0, 64);
        state[0] = UINT64_MAX;
    }
    if ((function != &function_handle && function != &begin_handle) || !gx || gy != 1 || gz != 1 || !bx || bx > 1024 || by != 1 || bz != 1 || shared > 232448 || stream != &stream_handle || !arguments || !arguments[0] || extra)
        fault("a launch that is none");
    return 0;
}
/* As in cuda.h. */
typedef struct { unsigned id; char pad[4]; union { char pad[64]; struct { unsigned x, y, z; } cluster; } value; } Attribute;
typedef struct { unsigned grid[3], block[3], shared; void *stream; Attribute *attributes; unsigned count; } Config;
_Static_assert(sizeof(Attribute) == 72 && sizeof(Config) == 56, "layouts");

/* The blocks of a cluster of a launch, or 0 for a launch that is none. */
static int cluster_of(void *function, const Config *config) {
    if (function != &function_handle || !config || config->count != 1 || !config->attributes || config->attributes->id != 4 || config->stream != &stream_handle) return 0;
    const unsigned *grid = config->grid, *block = config->block;
    unsigned x = config->attributes->value.cluster.x;
    if (!x || config->attributes->value.cluster.y != 1 || config->attributes->value.cluster.z != 1) return 0;
    if (!grid[0] || grid[0] % x || grid[1] != 1 || grid[2] != 1 || block[0] != 256 || block[1] != 1 || block[2] != 1 || config->shared > 232448) return 0;
    return (int)x;
}
int cuOccupancyMaxActiveClusters(int *count, void *function, const Config *config) {
    ENTER("cuOccupancyMaxActiveClusters", 1);
    int blocks = cluster_of(function, config);
    if (!blocks) { fault("clusters of a launch that is none"); return INVALID_VALUE; }
    if (blocks > 8 && is_portable_only) return 912;
    *count = blocks <= largest_cluster ? 100 : 0;
    return 0;
}
int cuLaunchKernelEx(const Config *config, void *function, void **arguments, void **extra) {
    ENTER("cuLaunchKernelEx", 1);
    cluster = cluster_of(function, config);
    if (!cluster || cluster > largest_cluster || (cluster > 8 && is_portable_only) || !arguments || !arguments[0] || extra) fault("a launch in clusters that is none");
    else clustered_blocks = (int)config->grid[0];
    return 0;
}
int cuStreamCreate(void **stream, unsigned flags) { ENTER("cuStreamCreate", 1); if (flags != 1) fault("a blocking stream"); streams++; *stream = &stream_handle; return 0; }
int cuStreamSynchronize(void *stream) { ENTER("cuStreamSynchronize", 1); if (stream != &stream_handle) fault("another stream"); return 0; }
int cuStreamDestroy_v2(void *stream) { ENTER("cuStreamDestroy", 1); if (stream != &stream_handle) fault("another stream"); streams--; return 0; }
int cuStreamWaitEvent(void *stream, void *event, unsigned flags) { ENTER("cuStreamWaitEvent", 1); if (stream != &stream_handle || event != &event_handle || flags) fault("another event"); return 0; }
int cuEventCreate(void **event, unsigned flags) { ENTER("cuEventCreate", 1); if (flags != 2) fault("an event with timing"); events++; *event = &event_handle; return 0; }
int cuEventRecord(void *event, void *stream) { ENTER("cuEventRecord", 1); if (event != &event_handle || stream == &stream_handle) fault("an event of our own stream"); return 0; }
int cuEventDestroy_v2(void *event) { if (event == &event_handle) events--; return enter("cuEventDestroy", 1); }
int cuPointerGetAttribute(void *value, int attribute, uint64_t address) {
    ENTER("cuPointerGetAttribute", 1);
    for (int i = 0; i < MAX; i++)
        if (allocations[i].memory && address >= allocations[i].address && address < allocations[i].address + allocations[i].size) { *(int *)value = attribute == 2 ? 2 : 0; return 0; }
    return INVALID_VALUE;
}
int cuGetErrorName(int code, const char **name) { *name = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : code == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS" : "CUDA_ERROR_FAKE"; return 0; }
int cuGetErrorString(int code, const char **text) { *text = code == 2 ? "out of memory" : "a text"; return 0; }
