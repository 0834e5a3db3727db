package voice

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// MaxBytes is how large a recording may be: as large as WhatsApp takes sound.
const MaxBytes = 16 << 20

// ErrSilent says that a recording ended before its first packet.
var ErrSilent = errors.New("nothing was recorded")

// ErrTooLarge says that a recording has more than MaxBytes.
var ErrTooLarge = errors.New("the recording is too large")

const (
	maxPacket = 1275 * 48     // bytes (RFC 6716, section 3.4)
	maxPlayed = rate / 25 * 3 // samples of one packet: 120 ms
	onAPage   = rate          // samples: a second at most (RFC 7845, section 4)
)

// Rewrap makes Ogg of a browser's WebM, both with Opus, and says how long it plays. The
// packets are those that were recorded. The result is of its own; b may be used again.
func Rewrap(b []byte) (file []byte, played time.Duration, err error) {
	if len(b) > MaxBytes {
		return nil, 0, ErrTooLarge
	}
	s, err := readWebM(b)
	if err != nil {
		return nil, 0, err
	}
	skip, err := checkHead(s.head)
	if err != nil {
		return nil, 0, err
	}
	if len(s.packets) == 0 {
		return nil, 0, ErrSilent
	}
	var o ogg
	o.page(pageFirst, 0, s.head)
	o.page(0, 0, tags())
	total, err := o.packets(s.packets)
	if err != nil {
		return nil, 0, err
	}
	return o.out.Bytes(), time.Duration(max(total, skip)-skip) * time.Second / rate, nil
}

// checkHead judges the head of Opus, and says how many samples are not played at the start.
func checkHead(head []byte) (skip uint64, err error) {
	const shortest = 19
	switch {
	case len(head) < shortest || len(head) > 255 || !bytes.HasPrefix(head, []byte("OpusHead")):
		return 0, fmt.Errorf("head of Opus: %w", ErrDamaged)
	case head[8] > 15 || head[9] < 1 || head[9] > 2 || head[18] != 0:
		return 0, fmt.Errorf("head of Opus, %d channels: %w", head[9], ErrNotOpus)
	}
	return uint64(binary.LittleEndian.Uint16(head[10:])), nil
}

// tags say nothing of whoever speaks (RFC 7845, section 5.2).
func tags() []byte {
	const vendor = "prosa"
	b := append([]byte("OpusTags"), byte(len(vendor)), 0, 0, 0)
	return append(append(b, vendor...), 0, 0, 0, 0)
}

// packets writes them by pages, and says how many samples they are.
func (o *ogg) packets(all [][]byte) (total uint64, err error) {
	var (
		page          [][]byte
		length, taken uint64
	)
	for n, packet := range all {
		samples, err := samplesOf(packet)
		if err != nil {
			return 0, fmt.Errorf("packet %d: %w", n, err)
		}
		need := uint64(segments(packet))
		if len(page) > 0 && (length+samples > onAPage || taken+need > maxSegments) {
			o.page(0, total, page...)
			page, length, taken = page[:0], 0, 0
		}
		page, length, taken, total = append(page, packet), length+samples, taken+need, total+samples
	}
	o.page(pageLast, total, page...)
	return total, nil
}

// samplesOf is how long a packet plays, by its first bytes (RFC 6716, section 3.1).
func samplesOf(packet []byte) (uint64, error) {
	if len(packet) == 0 || len(packet) > maxPacket {
		return 0, ErrDamaged
	}
	config, frames := packet[0]>>3, uint64(1)
	var frame uint64
	switch {
	case config < 12: // speech: 10, 20, 40, 60 ms
		frame = [...]uint64{rate / 100, rate / 50, rate / 25, rate / 50 * 3}[config&3]
	case config < 16:
		frame = [...]uint64{rate / 100, rate / 50}[config&1]
	default:
		frame = rate / 400 << (config & 3)
	}
	switch packet[0] & 3 {
	case 1, 2:
		frames = 2
	case 3:
		if len(packet) < 2 {
			return 0, ErrDamaged
		}
		frames = uint64(packet[1] & 0x3f)
	}
	if frames == 0 || frames*frame > maxPlayed {
		return 0, ErrDamaged
	}
	return frames * frame, nil
}
