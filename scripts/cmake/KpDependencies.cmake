# Third-party libraries as imported targets. Imported means SYSTEM includes:
# their headers raise no warnings of ours.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(tomlplusplus REQUIRED)
find_package(ZXing REQUIRED)  # 1.4 on Debian 12, 2.x on 13
find_package(OpenSSL 3.0 REQUIRED)
find_package(PNG REQUIRED)
find_package(TIFF REQUIRED)
find_package(CURL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(Boost 1.81 REQUIRED)

pkg_check_modules(sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(turbojpeg REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(cairo REQUIRED IMPORTED_TARGET cairo cairo-pdf cairo-png pangocairo)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(sane REQUIRED IMPORTED_TARGET sane-backends)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(pq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(systemd REQUIRED IMPORTED_TARGET libsystemd)

# The PKCS#11 header alone: the token's own module is loaded when the settings name one.
pkg_check_modules(p11kit REQUIRED p11-kit-1)
add_library(kp_pkcs11 INTERFACE IMPORTED)
target_include_directories(kp_pkcs11 SYSTEM INTERFACE ${p11kit_INCLUDE_DIRS})

# NUT's client without the NSS libraries that its pkg-config file adds: nothing of ours calls them.
find_path(KP_UPSCLIENT_INCLUDE upsclient.h REQUIRED)
find_library(KP_UPSCLIENT upsclient REQUIRED)
add_library(kp_upsclient INTERFACE IMPORTED)
target_include_directories(kp_upsclient SYSTEM INTERFACE "${KP_UPSCLIENT_INCLUDE}")
target_link_libraries(kp_upsclient INTERFACE "${KP_UPSCLIENT}")

# Debian ships OpenCV's CMake package only with libopencv-dev, which drags in
# Qt and 650 MB. The two modules the reader needs, and the one that trains it,
# come without it.
find_path(KP_OPENCV_INCLUDE opencv2/imgproc.hpp PATH_SUFFIXES opencv4 REQUIRED)
find_library(KP_OPENCV_CORE opencv_core REQUIRED)
find_library(KP_OPENCV_IMGPROC opencv_imgproc REQUIRED)
find_library(KP_OPENCV_ML opencv_ml REQUIRED)
add_library(kp_opencv INTERFACE IMPORTED)
target_include_directories(kp_opencv SYSTEM INTERFACE "${KP_OPENCV_INCLUDE}")
target_link_libraries(kp_opencv INTERFACE "${KP_OPENCV_CORE}" "${KP_OPENCV_IMGPROC}")
add_library(kp_opencv_ml INTERFACE IMPORTED)
target_link_libraries(kp_opencv_ml INTERFACE kp_opencv "${KP_OPENCV_ML}")

# nlohmann-json, CLI11 and doctest are header-only in the default include path.
find_path(KP_JSON_INCLUDE nlohmann/json.hpp REQUIRED)
find_path(KP_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
find_path(KP_DOCTEST_INCLUDE doctest/doctest.h REQUIRED)
