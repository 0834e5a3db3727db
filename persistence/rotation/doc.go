// Package rotation seals every secret of the database with another key while the
// installation is at work.
//
// Members open with all keys that they are given and seal with the one that the
// installation names. Rotate has it name the new one, once every member has that, and
// then seals anew row by row, in short transactions. Each value says by which key it
// was sealed, so that there is nothing else to remember: whoever is interrupted begins
// again and does what is left, and at every moment all members can open everything.
package rotation
