package voice

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"errors"
	"slices"
	"testing"
	"time"
)

// recording is what Chromium's MediaRecorder gives: 2.5 s of its fake microphone, with a
// pause, in clusters that do not say how long they are.
//
//go:embed testdata/chromium.webm
var recording []byte

// read takes an Ogg file apart again, and checks every page.
func read(t *testing.T, file []byte) (packets [][]byte, granule uint64) {
	t.Helper()
	for page, last := 0, false; len(file) > 0; page++ {
		if last || len(file) < 27 || !bytes.HasPrefix(file, []byte("OggS\x00")) || binary.LittleEndian.Uint32(file[18:]) != uint32(page) {
			t.Fatalf("page %d is none: % x", page, file[:min(27, len(file))])
		}
		if first := file[5]&pageFirst != 0; first != (page == 0) {
			t.Errorf("page %d is marked as first: %v", page, first)
		}
		last = file[5]&pageLast != 0
		if next := binary.LittleEndian.Uint64(file[6:]); next < granule {
			t.Errorf("page %d goes back from %d to %d", page, granule, next)
		} else {
			granule = next
		}
		count := int(file[26])
		lengths, body := file[27:27+count], file[27+count:]
		end := 0
		for _, n := range lengths {
			end += int(n)
		}
		whole := slices.Clone(file[:27+count+end])
		sum := binary.LittleEndian.Uint32(whole[22:])
		copy(whole[22:26], []byte{0, 0, 0, 0})
		if got := checksum(0, whole); got != sum {
			t.Errorf("page %d has sum %x, says %x", page, got, sum)
		}
		at, length := 0, 0
		for _, n := range lengths {
			if length += int(n); n < 255 {
				packets = append(packets, body[at:at+length])
				at, length = at+length, 0
			}
		}
		if length != 0 {
			t.Errorf("page %d ends within a packet", page)
		}
		if file = body[end:]; len(file) == 0 && !last {
			t.Error("the last page does not say so")
		}
	}
	return packets, granule
}

func TestRecordingOfChromium(t *testing.T) {
	t.Parallel()
	file, played, err := Rewrap(recording)
	if err != nil {
		t.Fatal(err)
	}
	if played < 2300*time.Millisecond || played > 2700*time.Millisecond {
		t.Errorf("it plays %v", played)
	}
	source, err := readWebM(recording)
	if err != nil {
		t.Fatal(err)
	}
	packets, granule := read(t, file)
	if len(packets) != len(source.packets)+2 || !bytes.Equal(packets[0], source.head) || !bytes.HasPrefix(packets[1], []byte("OpusTags")) {
		t.Fatalf("%d packets of %d", len(packets), len(source.packets))
	}
	if !slices.EqualFunc(packets[2:], source.packets, bytes.Equal) {
		t.Error("packets were changed")
	}
	if got := time.Duration(granule) * time.Second / rate; got != played {
		t.Errorf("the pages end at %v, it plays %v", got, played)
	}
	if len(file) > len(recording) {
		t.Errorf("%d bytes became %d", len(recording), len(file))
	}
	again, _, err := Rewrap(recording)
	if err != nil || !bytes.Equal(again, file) {
		t.Errorf("another time it is another file (%v)", err)
	}
}

func TestDamage(t *testing.T) {
	t.Parallel()
	stereo := bytes.Replace(recording, []byte("OpusHead\x01\x01"), []byte("OpusHead\x01\x09"), 1)
	vorbis := bytes.Replace(recording, []byte("A_OPUS"), []byte("A_VORB"), 1)
	cluster := bytes.Index(recording, []byte{0x1f, 0x43, 0xb6, 0x75})
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"nothing":         {nil, ErrNotOpus},
		"words":           {[]byte("<html>"), ErrNotOpus},
		"nine channels":   {stereo, ErrNotOpus},
		"another codec":   {vorbis, ErrNotOpus},
		"cut in a packet": {recording[:len(recording)-3], ErrDamaged},
		"only its head":   {recording[:cluster], ErrSilent},
		"too large":       {make([]byte, MaxBytes+1), ErrTooLarge},
	} {
		if _, _, err := Rewrap(c.b); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestPacketLengths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		packet  []byte
		samples uint64
	}{
		{[]byte{0x00}, 480},
		{[]byte{0x18}, 2880},
		{[]byte{0x61}, 960},
		{[]byte{0x80}, 120},
		{[]byte{0xfb, 3}, 2880},
		{[]byte{0x1b, 3}, 0},
		{[]byte{0xfb}, 0},
		{[]byte{0xfb, 0}, 0},
		{nil, 0},
		{make([]byte, maxPacket+1), 0},
	} {
		got, err := samplesOf(c.packet)
		if got != c.samples || (err == nil) != (c.samples > 0) {
			t.Errorf("%x: %d, %v; want %d", c.packet[:min(2, len(c.packet))], got, err, c.samples)
		}
	}
}

// Whatever comes is refused, or is a file whose packets are those that came.
func FuzzRewrap(f *testing.F) {
	f.Add(recording)
	f.Add(recording[:200])
	f.Fuzz(func(t *testing.T, b []byte) {
		file, played, err := Rewrap(b)
		if err != nil {
			return
		}
		source, err := readWebM(b)
		if err != nil {
			t.Fatal(err)
		}
		packets, _ := read(t, file)
		if !slices.EqualFunc(packets[2:], source.packets, bytes.Equal) || played < 0 || played > time.Duration(len(source.packets))*120*time.Millisecond {
			t.Errorf("%d packets of %d, %v", len(packets), len(source.packets), played)
		}
	})
}
