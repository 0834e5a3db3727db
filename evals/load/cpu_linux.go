package load

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// tick is the unit of processor time in /proc (USER_HZ, proc(5)).
const tick = 10 * time.Millisecond

// processTime is the processor time that this process has used, 0 if unknown.
func processTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// residentBytes is how much of this process is in the machine's memory, 0 if
// unknown.
func residentBytes() int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text)) // size resident shared …, in pages
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// sleepPrecisely waits without the runtime's timers, which are up to a
// millisecond late. It keeps a thread.
func sleepPrecisely(d time.Duration) {
	ts := syscall.NsecToTimespec(int64(d))
	_ = syscall.Nanosleep(&ts, nil) // woken early: the caller looks at the clock
}

// serverTime is the processor time of the database server that a backend belongs
// to, of all its processes and of those that have ended. It is unknown when the
// server runs elsewhere.
func serverTime(backend uint32) (serverTimes, bool) {
	self, ok := readStat(strconv.Itoa(int(backend)))
	if !ok || !strings.HasPrefix(self.command, "postgres") {
		return serverTimes{}, false
	}
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return serverTimes{}, false
	}
	var all, background int64
	for _, file := range stats {
		pid := filepath.Base(filepath.Dir(file))
		switch s, ok := readStat(pid); {
		case !ok: // it has ended meanwhile
		case pid == self.parent:
			// Those that end while an engine runs are workers of autovacuum.
			all, background = all+s.own+s.children, background+s.own+s.children
		case s.parent == self.parent:
			all += s.own
			if worksForNobody(pid) {
				background += s.own
			}
		}
	}
	return serverTimes{time.Duration(all) * tick, time.Duration(background) * tick}, all > 0
}

// worksForNobody says whether a process of the server does not serve a
// connection; its title tells.
func worksForNobody(pid string) bool {
	title, err := os.ReadFile("/proc/" + pid + "/cmdline")
	if err != nil {
		return false
	}
	for _, name := range []string{"checkpointer", "background writer", "walwriter", "autovacuum", "logical replication"} {
		if strings.HasPrefix(string(title), "postgres: "+name) {
			return true
		}
	}
	return false
}

// procStat is what proc(5) tells of a process: times in ticks, children are
// those that have ended.
type procStat struct {
	command, parent string
	own, children   int64
}

func readStat(pid string) (procStat, bool) {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return procStat{}, false
	}
	text := string(b)
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return procStat{}, false
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) < 15 {
		return procStat{}, false
	}
	ticks := func(n int) int64 {
		v, err := strconv.ParseInt(fields[n], 10, 64)
		if err != nil {
			return 0
		}
		return v
	}
	return procStat{
		command: text[open+1 : end], parent: fields[1], own: ticks(11) + ticks(12), children: ticks(13) + ticks(14),
	}, true
}
