// Package await lets tests wait for what must come, and say what came instead.
package await
