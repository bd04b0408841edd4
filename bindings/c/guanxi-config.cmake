# find_package(guanxi) gives the targets guanxi::guanxi, the shared library, and
# guanxi::static. Nothing in here says where it was installed: it may be moved.
get_filename_component(_guanxi_lib "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
find_path(_guanxi_include guanxi.h NO_DEFAULT_PATH NO_CACHE REQUIRED
    PATHS "${_guanxi_lib}/../include" "${_guanxi_lib}/../../include")

if(NOT TARGET guanxi::guanxi)
    add_library(guanxi::guanxi SHARED IMPORTED)
    set_target_properties(guanxi::guanxi PROPERTIES
        IMPORTED_LOCATION "${_guanxi_lib}/libguanxi.so"
        IMPORTED_SONAME "libguanxi.so.@ABI@"
        INTERFACE_INCLUDE_DIRECTORIES "${_guanxi_include}")
    add_library(guanxi::static STATIC IMPORTED)
    set_target_properties(guanxi::static PROPERTIES
        IMPORTED_LOCATION "${_guanxi_lib}/libguanxi.a"
        INTERFACE_LINK_LIBRARIES "@SYSTEM@"
        INTERFACE_INCLUDE_DIRECTORIES "${_guanxi_include}")
endif()
