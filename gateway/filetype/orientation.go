package filetype

import (
	"encoding/binary"
	"errors"
	"image"
	"io"
)

// orientation reads how a JPEG is to be turned (Exif 2.3, tag 0x0112), 1 if it does not
// say: telephones store pictures as the sensor lies.
func orientation(r io.ReadSeeker) (int, error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return 1, err
	}
	head := make([]byte, 64<<10)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return 1, err
	}
	return exifOrientation(head[:n]), nil
}

func exifOrientation(head []byte) int {
	if !has(head, 0, "\xff\xd8") {
		return 1
	}
	for at := 2; at+4 <= len(head) && head[at] == 0xff; {
		length := int(binary.BigEndian.Uint16(head[at+2:]))
		body := head[at+4 : min(len(head), at+2+max(2, length))]
		if head[at+1] == 0xe1 && has(body, 0, "Exif\x00\x00") {
			return tiffOrientation(body[6:])
		}
		if head[at+1] == 0xda || length < 2 { // the picture itself begins
			return 1
		}
		at += 2 + length
	}
	return 1
}

func tiffOrientation(tiff []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case has(tiff, 0, "II"):
		order = binary.LittleEndian
	case !has(tiff, 0, "MM"):
		return 1
	}
	if len(tiff) < 8 {
		return 1
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 0 || at+2 > len(tiff) {
		return 1
	}
	const entry, tag = 12, 0x0112
	for n := range int(order.Uint16(tiff[at:])) {
		e := at + 2 + n*entry
		if e+entry > len(tiff) {
			return 1
		}
		if order.Uint16(tiff[e:]) == tag {
			if v := int(order.Uint16(tiff[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 1
		}
	}
	return 1
}

// turn does what an orientation asks for.
func turn(from *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return from
	}
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			to.SetRGBA(tx, ty, from.RGBAAt(x, y))
		}
	}
	return to
}
