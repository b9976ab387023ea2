/* A cuBLAS that has no card: it checks what it is told, writes it down, and multiplies in the memory of fake_cuda.c. The tests compile it. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { NOT_INITIALIZED = 1, INVALID_VALUE = 7, NOT_SUPPORTED = 15, FLOAT = 0, DOUBLE = 1, HALF = 2, BFLOAT16 = 14, SINGLE = 68, DOUBLES = 70, TF32 = 77 };

static char journal[1 << 16], faults[1 << 14];
static int calls, fail_at, fail_code, handles, has_stream, has_workspace, mode, last_compute, handle_of_fake;
static int (*depth)(void);

static void fault(const char *what) { strncat(faults, what, sizeof faults - strlen(faults) - 2); strcat(faults, "\n"); }

/* Every call comes through here. */
static int enter(const char *name, void *handle) {
    strncat(journal, name, sizeof journal - strlen(journal) - 2);
    strcat(journal, " ");
    if (depth && depth() == 0) { fault(name); fault("without a context"); }
    if (handle != &handle_of_fake) { fault("another handle"); return NOT_INITIALIZED; }
    return ++calls == fail_at ? fail_code : 0;
}

void fake_blas_reset(int (*depth_of_context)(void)) {
    journal[0] = faults[0] = 0;
    calls = fail_at = fail_code = handles = has_stream = has_workspace = mode = last_compute = 0;
    depth = depth_of_context;
}
void fake_blas_fail(int nth, int code) { calls = 0; fail_at = nth; fail_code = code; }
int fake_blas_handles(void) { return handles; }
int fake_blas_compute(void) { return last_compute; }
int fake_blas_mode(void) { return mode; }
const char *fake_blas_journal(void) { return journal; }
const char *fake_blas_faults(void) { return faults; }

static float of_half(uint16_t bits) {
    uint32_t exponent = bits >> 10 & 31, fraction = bits & 1023, wide = (exponent == 31 ? 255 : exponent + 112) << 23 | fraction << 13;
    float value;
    memcpy(&value, &wide, 4);
    if (!exponent) value = fraction * 0x1p-24f;
    return bits & 0x8000 ? -value : value;
}

/* To nearest, ties to even, by looking for the neighbours: slow, and plain. */
static uint16_t to_half(float value) {
    uint16_t best = 0, sign = value < 0 ? 0x8000 : 0;
    float size = value < 0 ? -value : value;
    if (value != value) return 0x7E00;
    if (size >= 65520) return sign | 0x7C00;
    for (int low = 0, high = 0x7C00; low < high;) {
        int middle = (low + high) / 2;
        if (of_half(middle) <= size) { best = middle; low = middle + 1; } else high = middle;
    }
    float below = size - of_half(best), above = of_half(best + 1) - size;
    if (best == 0x7BFF) above = 65536 - size;
    if (above < below || (above == below && (best & 1))) best++;
    return sign | best;
}

static double get(uint64_t start, int type, int64_t i) {
    if (type == FLOAT) return ((float *)(uintptr_t)start)[i];
    if (type == DOUBLE) return ((double *)(uintptr_t)start)[i];
    uint16_t bits = ((uint16_t *)(uintptr_t)start)[i];
    if (type == HALF) return of_half(bits);
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, 4);
    return value;
}

static void put(uint64_t start, int type, int64_t i, double value) {
    if (type == FLOAT) ((float *)(uintptr_t)start)[i] = (float)value;
    else if (type == DOUBLE) ((double *)(uintptr_t)start)[i] = value;
    else if (type == HALF) ((uint16_t *)(uintptr_t)start)[i] = to_half((float)value);
    else {
        float narrow = (float)value;
        uint32_t bits;
        memcpy(&bits, &narrow, 4);
        ((uint16_t *)(uintptr_t)start)[i] = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    }
}

int cublasCreate_v2(void **handle) {
    int code = enter("cublasCreate", &handle_of_fake);
    if (code) return code;
    handles++;
    *handle = &handle_of_fake;
    return 0;
}
int cublasDestroy_v2(void *handle) { int code = enter("cublasDestroy", handle); handles--; has_stream = has_workspace = 0; return code; }
int cublasSetStream_v2(void *handle, void *stream) {
    int code = enter("cublasSetStream", handle);
    if (code) return code;
    if (!stream) fault("the default stream");
    has_stream = 1;
    has_workspace = 0; /* as the real one forgets it */
    return 0;
}
int cublasSetWorkspace_v2(void *handle, uint64_t workspace, size_t size) {
    int code = enter("cublasSetWorkspace", handle);
    if (code) return code;
    if (!workspace || size < (4 << 20)) fault("a workspace that is too small");
    else memset((void *)(uintptr_t)workspace, 0x5A, size); /* it is ours to write */
    has_workspace = 1;
    return 0;
}
int cublasSetMathMode(void *handle, int wanted) { int code = enter("cublasSetMathMode", handle); if (!code) mode = wanted; return code; }

int cublasGemmEx(void *handle, int op_a, int op_b, int m, int n, int k, const void *alpha, uint64_t a, int a_type, int a_pitch, uint64_t b, int b_type,
    int b_pitch, const void *beta, uint64_t c, int c_type, int c_pitch, int compute, int algorithm) {
    int code = enter("cublasGemmEx", handle);
    if (code) return code;
    if (!has_stream || !has_workspace) fault("a product without a stream and a workspace");
    if (algorithm != -1 || (op_a | op_b) & ~1 || m < 0 || n < 0 || k < 0) return INVALID_VALUE;
    if (a_pitch < (op_a ? k : m) || b_pitch < (op_b ? n : k) || c_pitch < m) return INVALID_VALUE;
    int is_double = compute == DOUBLES;
    if (a_type != b_type || is_double != (a_type == DOUBLE) || is_double != (c_type == DOUBLE) || (!is_double && compute != SINGLE && compute != TF32)) return NOT_SUPPORTED;
    if (c_type != a_type && c_type != FLOAT) return NOT_SUPPORTED;
    last_compute = compute;
    double by = is_double ? *(const double *)alpha : *(const float *)alpha, old = is_double ? *(const double *)beta : *(const float *)beta;
    for (int64_t j = 0; j < n; j++)
        for (int64_t i = 0; i < m; i++) {
            double sum = 0;
            for (int64_t p = 0; p < k; p++) sum += get(a, a_type, op_a ? p + i * a_pitch : i + p * a_pitch) * get(b, b_type, op_b ? j + p * b_pitch : p + j * b_pitch);
            put(c, c_type, i + j * c_pitch, by * sum + (old != 0 ? old * get(c, c_type, i + j * c_pitch) : 0));
        }
    return 0;
}
