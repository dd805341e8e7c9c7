#pragma once

#include "cli/terminal_text.h"
#include "engine/object.h"

namespace pvc {

/// Prints any object in a form for people.   Throws: kCorrupt.
void PrintObject(Painter& out, ObjectType type, const ObjectId& id, const Bytes& bytes);

}  // namespace pvc
