/// A record of the unnamed package, as small programs and scripts have them.
@SuppressWarnings("DefaultPackage")
record UnpackagedPoint(int x, int y) {}
