console.log(`last ${performance.timeOrigin + performance.now()}`)
