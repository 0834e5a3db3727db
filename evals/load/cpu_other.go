//go:build !linux

package load

import "time"

// processTime is unknown here.
func processTime() time.Duration { return 0 }

// residentBytes is unknown here.
func residentBytes() int64 { return 0 }

// sleepPrecisely is as precise as the runtime's timers.
func sleepPrecisely(d time.Duration) { time.Sleep(d) }

// serverTime is unknown here.
func serverTime(uint32) (serverTimes, bool) { return serverTimes{}, false }
