/* An MPI of one rank with the interface that MPI 5 has standardized. What it is given it compares with the standard's tables: anything
 * else is an error that says which. The tests compile it.
 * -DEARLY: a draft of that interface, which exports its handles. -DLEVEL=0: one that allows no threads beside it. */
#include <string.h>

typedef void *Handle;

enum {
    SUCCESS = 0, ERR_ARG = 12, ERR_TRUNCATE = 15,
    COMM_WORLD = 0x101, ERRORS_RETURN = 0x143, BYTE = 0x247, REQUEST_NULL = 0x180,
    FUNNELED = 1024, ERROR_STRING = 512, LIBRARY_VERSION_STRING = 8192
};

#ifndef LEVEL
#define LEVEL FUNNELED
#endif

#ifdef EARLY
int abi_mpi_comm_world;
#endif

static int is_initialized, own; /* the address of own is the program's own communicator */
static const char *wrong = "";

#define NEED(truth, what) do { if (!(truth)) { wrong = "wrong " what " "; return ERR_ARG; } } while (0)

int MPI_Abi_get_version(int *major, int *minor) { *major = 1, *minor = 0; return SUCCESS; }

int MPI_Initialized(int *flag) { *flag = is_initialized; return SUCCESS; }

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided) {
    NEED(!argc && !argv, "arguments");
    NEED(required == FUNNELED, "level of threads");
    is_initialized = 1;
    *provided = LEVEL;
    return SUCCESS;
}

int MPI_Finalize(void) { NEED(is_initialized, "state"); is_initialized = 0; return SUCCESS; }

static int is_known(Handle communicator) { return is_initialized && (communicator == (Handle)COMM_WORLD || communicator == (Handle)&own); }

int MPI_Comm_rank(Handle communicator, int *rank) { NEED(is_known(communicator), "communicator"); *rank = 0; return SUCCESS; }

int MPI_Comm_size(Handle communicator, int *size) { NEED(is_known(communicator), "communicator"); *size = 1; return SUCCESS; }

int MPI_Comm_dup(Handle communicator, Handle *made) {
    NEED(is_known(communicator), "communicator");
    *made = (Handle)&own;
    return SUCCESS;
}

int MPI_Comm_set_errhandler(Handle communicator, Handle handler) {
    NEED(is_known(communicator), "communicator");
    NEED(handler == (Handle)ERRORS_RETURN, "error handler");
    return SUCCESS;
}

static int begin(Handle communicator, Handle type, Handle *request) {
    NEED(communicator == (Handle)&own, "communicator");
    NEED(type == (Handle)BYTE, "type");
    *request = (Handle)&is_initialized;
    return SUCCESS;
}

int MPI_Ibarrier(Handle communicator, Handle *request) { return begin(communicator, (Handle)BYTE, request); }

/* Seven bytes are too many. */
int MPI_Ibcast(void *bytes, int count, Handle type, int root, Handle communicator, Handle *request) {
    NEED(root == 0 && (bytes || count == 0), "root");
    return count == 7 ? ERR_TRUNCATE : begin(communicator, type, request);
}

int MPI_Iallgather(const void *send, int count, Handle type, void *receive, int received, Handle other, Handle communicator, Handle *request) {
    NEED(count == received && type == other, "count");
    if (count > 0) memcpy(receive, send, (size_t)count);
    return begin(communicator, type, request);
}

int MPI_Ialltoall(const void *send, int count, Handle type, void *receive, int received, Handle other, Handle communicator, Handle *request) {
    return MPI_Iallgather(send, count, type, receive, received, other, communicator, request);
}

int MPI_Test(Handle *request, int *flag, void *status) {
    NEED(*request == (Handle)&is_initialized, "request");
    NEED(status == 0, "status");
    *request = (Handle)REQUEST_NULL;
    *flag = 1;
    return SUCCESS;
}

/* Texts are as long as the standard allows. */
int MPI_Error_string(int code, char *text, int *length) {
    const char *told = code == ERR_TRUNCATE ? "MPI_ERR_TRUNCATE: message truncated " : wrong;
    memset(text, '.', ERROR_STRING - 1);
    memcpy(text, told, strlen(told));
    text[ERROR_STRING - 1] = 0;
    *length = ERROR_STRING - 1;
    return SUCCESS;
}

int MPI_Get_library_version(char *text, int *length) {
    static const char name[] = "MPI of one rank 5.0,";
    memset(text, '.', LIBRARY_VERSION_STRING - 1);
    memcpy(text, name, sizeof name - 1);
    text[LIBRARY_VERSION_STRING - 1] = 0;
    *length = LIBRARY_VERSION_STRING - 1;
    return SUCCESS;
}

int MPI_Abort(Handle communicator, int code) { NEED(is_known(communicator), "communicator"); return code; }
