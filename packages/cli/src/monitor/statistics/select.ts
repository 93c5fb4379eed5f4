/**
 * The values at a place and the one after it, were they sorted: found without sorting, for that is
 * what resampling spends its time on (Hoare). The order of the values is changed.
 */
export function select(values: Float64Array, place: number): readonly [number, number] {
  let [low, high] = [0, values.length - 1]
  while (low < high) {
    const pivot = at(values, (low + high) >> 1)
    let [left, right] = [low, high]
    while (left <= right) {
      while (at(values, left) < pivot) left++
      while (at(values, right) > pivot) right--
      if (left > right) break
      const swapped = at(values, left)
      values[left++] = at(values, right)
      values[right--] = swapped
    }
    if (place <= right) high = right
    else if (place >= left) low = left
    else break
  }
  const value = at(values, place)
  let next = Infinity
  for (let after = place + 1; after < values.length; after++) {
    next = Math.min(next, at(values, after))
  }
  return [value, next === Infinity ? value : next]
}

function at(values: Float64Array, place: number): number {
  return values[place] ?? Number.NaN
}
