package voice

import (
	"bytes"
	"encoding/binary"
)

const (
	rate        = 48_000 // samples a second: Opus counts in no other, whatever was recorded
	maxSegments = 255    // of a page
	serial      = 0x50726f73
)

// Marks of a page.
const (
	pageFirst = 0x02
	pageLast  = 0x04
)

// ogg writes one stream of Ogg (RFC 3533).
type ogg struct {
	out   bytes.Buffer
	pages uint32
}

// page writes packets that end on this page. Granule is how many samples have been
// played when the last of them has.
func (o *ogg) page(marks byte, granule uint64, packets ...[]byte) {
	head := make([]byte, 27, 27+maxSegments)
	copy(head, "OggS")
	head[5] = marks
	binary.LittleEndian.PutUint64(head[6:], granule)
	binary.LittleEndian.PutUint32(head[14:], serial)
	binary.LittleEndian.PutUint32(head[18:], o.pages)
	for _, p := range packets {
		for n := len(p); ; n -= 255 {
			head = append(head, byte(min(n, 255)))
			if n < 255 {
				break
			}
		}
	}
	head[26] = byte(len(head) - 27)
	sum := checksum(0, head)
	for _, p := range packets {
		sum = checksum(sum, p)
	}
	binary.LittleEndian.PutUint32(head[22:], sum)
	o.out.Write(head)
	for _, p := range packets {
		o.out.Write(p)
	}
	o.pages++
}

// segments is how much of a page a packet takes.
func segments(packet []byte) int { return len(packet)/255 + 1 }

// polynomial of the sums of pages, which are not those of hash/crc32: their bits are
// not reflected.
const polynomial = 0x04c11db7

var sums = func() (table [256]uint32) { //nolint:gochecknoglobals // a table, never written
	for n := range table {
		sum := uint32(n) << 24
		for range 8 {
			if sum&0x80000000 != 0 {
				sum = sum<<1 ^ polynomial
			} else {
				sum <<= 1
			}
		}
		table[n] = sum
	}
	return table
}()

func checksum(sum uint32, of []byte) uint32 {
	for _, c := range of {
		sum = sum<<8 ^ sums[byte(sum>>24)^c]
	}
	return sum
}
