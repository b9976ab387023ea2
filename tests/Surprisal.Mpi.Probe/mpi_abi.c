/* The interface that MPI 5 has standardized, over the MPI that is installed: mpicc -shared -fPIC -o libmpi_abi.so.0 mpi_abi.c */
#include <mpi.h>
#include <stdint.h>

typedef void *Handle;

enum { COMM_WORLD = 0x101, ERRORS_RETURN = 0x143, BYTE = 0x247, FUNNELED = 1024, ERR_TYPE = 3 };

/* The names are those of mpi.h, the types are not. */
#define ABI(name) __asm__("MPI_" #name)
#define COMM(handle) ((handle) == (Handle)COMM_WORLD ? MPI_COMM_WORLD : (MPI_Comm)(intptr_t)(handle))
#define BYTES(handle) if ((handle) != (Handle)BYTE) return ERR_TYPE
#define BEGIN(call) MPI_Request begun; int code = (call); *request = (Handle)(intptr_t)begun; return code

int abi_get_version(int *major, int *minor) ABI(Abi_get_version);
int abi_get_version(int *major, int *minor) { *major = 1, *minor = 0; return 0; }

int abi_init_thread(int *argc, char ***argv, int required, int *provided) ABI(Init_thread);
int abi_init_thread(int *argc, char ***argv, int required, int *provided) {
    if (required != FUNNELED) return ERR_TYPE;
    int level, code = PMPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level);
    *provided = level >= MPI_THREAD_FUNNELED ? FUNNELED : 0;
    return code;
}

int abi_initialized(int *flag) ABI(Initialized);
int abi_initialized(int *flag) { return PMPI_Initialized(flag); }

int abi_finalize(void) ABI(Finalize);
int abi_finalize(void) { return PMPI_Finalize(); }

int abi_rank(Handle comm, int *rank) ABI(Comm_rank);
int abi_rank(Handle comm, int *rank) { return PMPI_Comm_rank(COMM(comm), rank); }

int abi_size(Handle comm, int *size) ABI(Comm_size);
int abi_size(Handle comm, int *size) { return PMPI_Comm_size(COMM(comm), size); }

int abi_dup(Handle comm, Handle *own) ABI(Comm_dup);
int abi_dup(Handle comm, Handle *own) {
    MPI_Comm made;
    int code = PMPI_Comm_dup(COMM(comm), &made);
    *own = (Handle)(intptr_t)made;
    return code;
}

int abi_errors(Handle comm, Handle handler) ABI(Comm_set_errhandler);
int abi_errors(Handle comm, Handle handler) {
    return handler == (Handle)ERRORS_RETURN ? PMPI_Comm_set_errhandler(COMM(comm), MPI_ERRORS_RETURN) : ERR_TYPE;
}

int abi_barrier(Handle comm, Handle *request) ABI(Ibarrier);
int abi_barrier(Handle comm, Handle *request) { BEGIN(PMPI_Ibarrier(COMM(comm), &begun)); }

int abi_bcast(void *bytes, int n, Handle type, int root, Handle comm, Handle *request) ABI(Ibcast);
int abi_bcast(void *bytes, int n, Handle type, int root, Handle comm, Handle *request) {
    BYTES(type);
    BEGIN(PMPI_Ibcast(bytes, n, MPI_BYTE, root, COMM(comm), &begun));
}

int abi_allgather(void *send, int n, Handle type, void *to, int m, Handle other, Handle comm, Handle *request) ABI(Iallgather);
int abi_allgather(void *send, int n, Handle type, void *to, int m, Handle other, Handle comm, Handle *request) {
    BYTES(type);
    BYTES(other);
    BEGIN(PMPI_Iallgather(send, n, MPI_BYTE, to, m, MPI_BYTE, COMM(comm), &begun));
}

int abi_alltoall(void *send, int n, Handle type, void *to, int m, Handle other, Handle comm, Handle *request) ABI(Ialltoall);
int abi_alltoall(void *send, int n, Handle type, void *to, int m, Handle other, Handle comm, Handle *request) {
    BYTES(type);
    BYTES(other);
    BEGIN(PMPI_Ialltoall(send, n, MPI_BYTE, to, m, MPI_BYTE, COMM(comm), &begun));
}

int abi_test(Handle *request, int *flag, void *status) ABI(Test);
int abi_test(Handle *request, int *flag, void *status) {
    if (status) return ERR_TYPE;
    MPI_Request begun = (MPI_Request)(intptr_t)*request;
    int code = PMPI_Test(&begun, flag, MPI_STATUS_IGNORE);
    *request = (Handle)(intptr_t)begun;
    return code;
}

int abi_error_string(int code, char *text, int *length) ABI(Error_string);
int abi_error_string(int code, char *text, int *length) { return PMPI_Error_string(code, text, length); }

int abi_library(char *text, int *length) ABI(Get_library_version);
int abi_library(char *text, int *length) { return PMPI_Get_library_version(text, length); }

int abi_abort(Handle comm, int code) ABI(Abort);
int abi_abort(Handle comm, int code) { return PMPI_Abort(COMM(comm), code); }
