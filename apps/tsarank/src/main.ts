console.log('tsarank');
